import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { entry } from "../../test/support.ts";
import type { LogObservation } from "../port.ts";
import { Appender } from "./appender.ts";
import { openEnvironment, Records } from "./records.ts";
import { Room } from "./room.ts";

/** Counts commits, and holds them up or fails them on demand. */
class Disk extends Records {
  calls = 0;
  gate: () => Promise<unknown> = async () => {};

  override async commit(...what: Parameters<Records["commit"]>): Promise<unknown> {
    this.calls++;
    await this.gate();
    return super.commit(...what);
  }
}

let path: string;
let disk: Disk;
let appender: Appender;
let observed: LogObservation[];

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "portalstream-log-"));
  const database = openEnvironment(join(path, "records"), false);
  await Records.open(database, 1, true);
  disk = new Disk(database, 1);
  observed = [];
  const room = new Room(path, database, Number.POSITIVE_INFINITY);
  appender = new Appender(
    disk,
    room,
    () => {},
    (what) => observed.push(what),
  );
});
afterEach(async () => {
  vi.useRealTimers();
  await disk.database.close();
  await rm(path, { recursive: true });
});

const append = (value: string) => appender.append("topic", [entry("key", value)]);

test("each durable group is told of, with its records, and no other", async () => {
  await append("alone");
  await Promise.all([append("a"), append("b"), append("c")]);
  await appender.append("topic", []);
  disk.gate = () => Promise.reject(new Error("broken"));
  await expect(append("lost")).rejects.toThrow();
  expect(observed).toMatchObject([
    { kind: "group", records: 1 },
    { kind: "group", records: 3 },
  ]);
  for (const what of observed) {
    const { bytes, seconds } = what.kind === "group" ? what : { bytes: 0, seconds: 0 };
    expect([bytes > 10, seconds > 0]).toEqual([true, true]);
  }
});

test("calls that come while a group is written share the next commit", async () => {
  const gate = Promise.withResolvers<void>();
  disk.gate = () => gate.promise;
  const first = append("alone");
  await vi.waitFor(() => expect(disk.calls).toBe(1));
  const others = Array.from({ length: 200 }, (_, index) => append(`${index}`));
  gate.resolve();
  const positions = (await Promise.all([first, ...others])).flat();
  expect(disk.calls).toBe(2);
  expect(positions.map(({ offset }) => offset)).toEqual([...Array(201).keys()]);
});

test("a failed group fails each of its callers, and its offsets are given again", async () => {
  await append("kept");
  disk.gate = () => Promise.reject(new Error("I/O error"));
  const settled = await Promise.allSettled([append("lost"), append("lost too")]);
  for (const one of settled)
    expect(one).toMatchObject({ reason: { code: "log_unavailable", retriable: true } });
  disk.gate = async () => {};
  await appender.ready();
  expect(await append("kept too")).toMatchObject([{ offset: 1 }]);
});

test("a failed log is not ready until a commit succeeds", async () => {
  disk.gate = () => Promise.reject(new Error("I/O error"));
  await expect(append("lost")).rejects.toMatchObject({ code: "log_unavailable" });
  await expect(appender.ready()).rejects.toMatchObject({ code: "log_unavailable" });
  disk.gate = async () => {};
  await appender.ready();
});

test("a disk that does not answer is told of after 30 s, refuses at once from then on, and may come back", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const gate = Promise.withResolvers<void>();
  disk.gate = () => gate.promise;
  const held = append("held up").catch((error: unknown) => error);
  await vi.waitFor(() => expect(disk.calls).toBe(1));
  const waiting = append("waiting").catch((error: unknown) => error);
  vi.advanceTimersByTime(30_000);
  const refusal = { code: "log_unavailable", retriable: true };
  expect(await held).toMatchObject(refusal);
  expect(await waiting).toMatchObject(refusal);
  await expect(append("late")).rejects.toMatchObject(refusal);
  await expect(appender.ready()).rejects.toMatchObject(refusal);
  expect(await appender.drain()).toEqual({ stuck: true });
  gate.resolve();
  await vi.waitFor(() => appender.ready(), { timeout: 20_000 });
  expect(await append("after all")).toMatchObject([{ offset: 1 }]);
});
