import { expect, test } from "vitest";
import { FairShare } from "./fair-share.ts";

const never = new AbortController().signal;
const shares = { slots: 6, perKey: 2, spare: 2, requests: 100 };

/** Statements that end when they are told to, by the name they were given. */
function world(share: FairShare) {
  const running: string[] = [];
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (key: string, name: string, signal: AbortSignal = never) => {
    share.enter(key);
    return share.run(key, signal, async () => {
      running.push(name);
      begun.push(name);
      await new Promise<void>((end) => ends.set(name, end));
      running.splice(running.indexOf(name), 1);
    });
  };
  const turns = () => new Promise((done) => setImmediate(done));
  const end = async (name: string) => {
    ends.get(name)?.();
    await turns();
  };
  return { running, begun, start, end, turns };
}

test("of one key two statements run, and another key's begins at once however many wait", async () => {
  const { running, start, turns } = world(new FairShare(shares));
  for (let at = 0; at < 20; at++) void start("heavy", `heavy ${at}`);
  void start("light", "light");
  await turns();
  expect(running).toEqual(["heavy 0", "heavy 1", "light"]);
});

test("the last places are kept for keys of which nothing runs", async () => {
  const { running, start, end, turns } = world(new FairShare(shares));
  for (const key of ["a", "b", "c", "d", "e"])
    for (const name of ["1", "2"]) void start(key, `${key}${name}`);
  await turns();
  expect(running).toEqual(["a1", "a2", "b1", "b2", "c1", "d1"]);
  await end("a1");
  // e has waited without anything running; that c and d have one already counts more than that theirs came before.
  expect(running).toEqual(["a2", "b1", "b2", "c1", "d1", "e1"]);
});

test("keys take turns, and within a key the oldest is first", async () => {
  const { begun, start, end, turns } = world(new FairShare({ ...shares, slots: 1, perKey: 1, spare: 0 }));
  for (const name of ["a1", "a2", "a3", "b1", "b2", "c1"]) void start(name.slice(0, 1), name);
  await turns();
  for (let at = 0; at < 6; at++) await end(begun[at] ?? "");
  expect(begun).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
});

test("keys that come and go are not before one that stays", async () => {
  const share = new FairShare({ ...shares, slots: 1, perKey: 1, spare: 0 });
  const { begun, start, end, turns } = world(share);
  for (const name of ["stays 1", "stays 2", "stays 3"]) void start("stays", name);
  for (let at = 0; at < 6; at++) {
    // Each comes before the one before it has gone.
    void start(`key ${at}`, `comes ${at}`);
    await turns();
    await end(begun.at(-1) ?? "");
  }
  expect(begun).toEqual([...["stays 1", "comes 0", "stays 2", "comes 1", "comes 2", "stays 3", "comes 3"]]);
});

test("who gives up waiting loses its place, and only that", async () => {
  const share = new FairShare({ ...shares, slots: 1, perKey: 1, spare: 0 });
  const { begun, start, end, turns } = world(share);
  const left = new AbortController();
  void start("a", "a1");
  const waiting = start("a", "a2", left.signal);
  void start("a", "a3");
  await turns();
  expect(share.waiting).toBe(2);
  left.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  expect(share.waiting).toBe(1);
  await end("a1");
  expect(begun).toEqual(["a1", "a3"]);
});

test("a statement that fails gives its place back", async () => {
  const share = new FairShare({ ...shares, slots: 1, perKey: 1, spare: 0 });
  share.enter("a");
  const failing = share.run("a", never, async () => Promise.reject(new Error("failed")));
  await expect(failing).rejects.toThrow("failed");
  expect(await share.run("a", never, async () => "next")).toBe("next");
});

test("a key may have so many requests under way and no more, each key for itself", () => {
  const share = new FairShare({ ...shares, requests: 2 });
  expect([share.enter("a"), share.enter("a"), share.enter("a"), share.enter("b")]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  share.leave("a");
  expect(share.enter("a")).toBe(true);
});

test("what still runs after its request has left counts for its key", async () => {
  const share = new FairShare({ ...shares, perKey: 1 });
  const { running, start, end, turns } = world(share);
  void start("a", "a1");
  await turns();
  share.leave("a");
  void start("a", "a2");
  await turns();
  expect(running).toEqual(["a1"]);
  await end("a1");
  expect(running).toEqual(["a2"]);
});
