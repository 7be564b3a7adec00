import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEventLog } from "@portalstream/event-log";
import { type ApiKey, encodeRecord, topics } from "@portalstream/events";
import { expect, onTestFinished, test, vi } from "vitest";
import { Access, type AccessLog } from "./access.ts";

const made: ApiKey = { id: "k1", name: "one", hash: "h1", portals: ["p1"], createdAt: 1, revokedAt: null };

const maxAgeMs = 600_000;

async function openLog() {
  const path = await mkdtemp(join(tmpdir(), "access-"));
  const log = await openEventLog({ kind: "embedded", path, partitions: 2, role: "writer" });
  onTestFinished(async () => {
    await log.close();
    await rm(path, { recursive: true });
  });
  return log;
}

test("a key holds from when it was made until it is revoked, also for one who reads the log from its start", async () => {
  const log = await openLog();
  const keep = (key: ApiKey) =>
    log.append(topics.apiKeys, [{ key: key.id, value: encodeRecord({ kind: "apiKey", ...key }) }]);
  const access = new Access({ open: async () => log, maxAgeMs });
  await access.refresh();
  expect([access.loaded, access.keyOf("h1")]).toEqual([true, null]);
  await keep(made);
  await access.refresh();
  expect(access.keyOf("h1")).toEqual(made);
  await keep({ ...made, revokedAt: 2 });
  await access.refresh();
  const later = new Access({ open: async () => log, maxAgeMs });
  await later.refresh();
  expect([access.keyOf("h1"), later.keyOf("h1"), later.keyOf("")]).toEqual([null, null, null]);
});

test("a record that cannot be read neither gives access nor takes it away", async () => {
  const log = await openLog();
  await log.append(topics.apiKeys, [{ key: "bad", value: Buffer.from("not avro") }]);
  await log.append(topics.apiKeys, [{ key: "k1", value: encodeRecord({ kind: "apiKey", ...made }) }]);
  const access = new Access({ open: async () => log, maxAgeMs });
  await access.refresh();
  expect(access.keyOf("h1")).toEqual(made);
});

test("what is written later is followed, and a log that is away at the start is opened again", async () => {
  const log = await openLog();
  let attempts = 0;
  const seen: string[] = [];
  const access = new Access({
    maxAgeMs,
    open: async () => {
      attempts += 1;
      if (attempts < 3) throw new Error("away");
      return log;
    },
    observe: ({ kind }) => seen.push(kind),
  });
  const stop = access.follow(5);
  onTestFinished(stop);
  expect(access.loaded).toBe(false);
  await vi.waitFor(() => expect(access.loaded).toBe(true), { timeout: 60_000 });
  const { name: _, ...key } = made;
  const value = encodeRecord({ kind: "apiKey", ...key, name: "followed" });
  await log.append(topics.apiKeys, [{ key: "k1", value }]);
  await vi.waitFor(() => expect(access.keyOf("h1")?.name).toBe("followed"), { timeout: 60_000 });
  expect(seen).toEqual(["not-followed", "followed-again"]);
});

test("keys are current until the log could not be read for the greatest age, and again as soon as it can", async () => {
  const log = await openLog();
  let isAway = false;
  const extents: AccessLog["extents"] = async (topic) => {
    if (isAway) throw new Error("away");
    return log.extents(topic);
  };
  const read: AccessLog["read"] = (...place) => log.read(...place);
  const access = new Access({ open: async () => ({ extents, read }), maxAgeMs: 300 });
  expect([access.loaded, access.isCurrent]).toEqual([false, false]);
  onTestFinished(access.follow(5));
  await vi.waitFor(() => expect(access.isCurrent).toBe(true), { timeout: 60_000 });
  isAway = true;
  await vi.waitFor(() => expect(access.isCurrent).toBe(false), { timeout: 60_000 });
  expect(access.loaded).toBe(true);
  isAway = false;
  await vi.waitFor(() => expect(access.isCurrent).toBe(true), { timeout: 60_000 });
});

test("how old keys are counts from when their reading began", async () => {
  const log = await openLog();
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const extents: AccessLog["extents"] = async (topic) => {
    await held;
    return log.extents(topic);
  };
  const read: AccessLog["read"] = (...place) => log.read(...place);
  const access = new Access({ open: async () => ({ extents, read }), maxAgeMs: 20 });
  const began = performance.now();
  const reading = access.refresh();
  while (performance.now() - began < 25);
  goOn();
  await reading;
  expect([access.loaded, access.isCurrent]).toEqual([true, false]);
});
