import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { linesOf, readRows } from "./read-rows.ts";
import { type Pace, Turns } from "./turns.ts";

const never = new AbortController().signal;

/** Does `slices` slices, each of which is noted in `done`. */
async function work(pace: Pace, name: string, slices: number, done: string[]): Promise<void> {
  for (let at = 0; at < slices; at++) {
    await pace.next();
    done.push(name);
  }
}

test("in one turn of the event loop one slice runs, however many works there are", async () => {
  const turns = new Turns();
  const done: string[] = [];
  const works = Array.from({ length: 50 }, (_, at) => work(turns.of(`key ${at}`, never), "", 2, done));
  const each: number[] = [];
  while (done.length < 100) {
    const before = done.length;
    await nextTurn();
    each.push(done.length - before);
  }
  await Promise.all(works);
  expect(Math.max(...each)).toBe(1);
});

test("keys take turns, and within a key the work that waits longest is first", async () => {
  const turns = new Turns();
  const done: string[] = [];
  await Promise.all([
    ...["a1", "a2", "a3"].map((name) => work(turns.of("a", never), name, 2, done)),
    work(turns.of("b", never), "b", 3, done),
  ]);
  expect(done).toEqual(["a1", "b", "a2", "b", "a3", "b", "a1", "a2", "a3"]);
});

test("a work whose signal is aborted ends, whether it waits or is about to, and the others go on", async () => {
  const turns = new Turns();
  const left = new AbortController();
  const done: string[] = [];
  const leaving = turns.of("a", left.signal);
  const waiting = leaving.next();
  const other = work(turns.of("a", never), "other", 1, done);
  const gone = new Error("gone");
  left.abort(gone);
  await expect(waiting).rejects.toBe(gone);
  await expect(leaving.next()).rejects.toBe(gone);
  await other;
  expect(done).toEqual(["other"]);
});

test("a slice is over after a millisecond, counted from its turn", async () => {
  const pace = new Turns().of("a", never);
  while (!pace.over);
  await pace.next();
  expect(pace.over).toBe(false);
});

test("rows are parsed in slices, until the caller has gone", async () => {
  const text = Array.from({ length: 10 }, (_, at) => JSON.stringify({ at, text: "é\\n" })).join("\n");
  let slices = 0;
  const pace = { over: true, next: async () => void slices++ };
  async function* pieces() {
    yield linesOf(Buffer.from(`${text}\n\n`));
    yield linesOf(Buffer.from(""));
  }
  const rows = await readRows(pieces(), pace);
  expect(rows).toEqual(text.split("\n").map((line) => JSON.parse(line)));
  expect(slices).toBe(10);
  const gone = { over: true, next: async () => Promise.reject(new Error("gone")) };
  await expect(readRows(pieces(), gone)).rejects.toThrow("gone");
});
