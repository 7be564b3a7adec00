import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { entry } from "../../test/support.ts";
import { openQueue, type Queue } from "./queue.ts";

const maxBytes = 2 ** 24;
let path: string;
let queue: Queue;

const opens = async () => {
  queue = await openQueue({ path, maxBytes });
};
const reopen = async () => {
  await queue.close();
  await opens();
};
const append = (value: string, topic = "topic") => queue.append(topic, [entry("key", value)]);
const values = () => queue.head().queued.map(({ entry: { value } }) => Buffer.from(value).toString());
const takeAll = async () => {
  for (let head = queue.head(); head.queued.length > 0; head = queue.head()) await queue.drop(head.next);
};

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "portalstream-queue-"));
  await opens();
});
afterEach(async () => {
  await queue.close();
  await rm(path, { recursive: true });
});

test("what goes in comes out in that order, with its topic and key, also after closing and opening", async () => {
  const keys = ["", "k", "with\nline", "ключ €😀"];
  await Promise.all(keys.map((key, index) => queue.append(`topic.${index % 2}`, [entry(key, `${index}`)])));
  for (let round = 0; round < 2; round++) {
    const found = queue.head().queued;
    expect(
      found.map(({ topic, entry: { key, value } }) => [topic, key, Buffer.from(value).toString()]),
    ).toEqual(keys.map((key, index) => [`topic.${index % 2}`, key, `${index}`]));
    expect(queue.records).toBe(4);
    await reopen();
  }
});

test("what was dropped does not come again, and an emptied queue goes on", async () => {
  for (const value of ["1", "2", "3"]) await append(value);
  const before = queue.oldestAt;
  await queue.drop(1);
  expect([values(), queue.records]).toEqual([["2", "3"], 2]);
  expect(queue.oldestAt).toBeGreaterThanOrEqual(before ?? Number.POSITIVE_INFINITY);
  await reopen();
  expect(values()).toEqual(["2", "3"]);
  await takeAll();
  expect([queue.records, queue.bytes, queue.oldestAt]).toEqual([0, 0, null]);
  await append("4");
  expect([values(), queue.records]).toEqual([["4"], 1]);
  await takeAll();
  await reopen();
  await append("5");
  expect([values(), queue.records]).toEqual([["5"], 1]);
});

test("a head is bounded in records and bytes, but holds one record at least", async () => {
  await queue.append(
    "topic",
    Array.from({ length: 5_000 }, (_, index) => entry("k", `${index}`)),
  );
  await queue.append(
    "topic",
    Array.from({ length: 20 }, () => entry("k", "x".repeat(60_000))),
  );
  await append("y".repeat(2 ** 20));
  let records = 0;
  for (let head = queue.head(); head.queued.length > 0; head = queue.head()) {
    const bytes = head.queued.reduce((sum, { entry: { value } }) => sum + value.length, 0);
    expect(bytes <= 2 ** 19 || head.queued.length === 1).toBe(true);
    records += head.queued.length;
    await queue.drop(head.next);
  }
  expect(records).toBe(5_021);
});

test("the room of what was dropped is used again, and the file stays within its limit", async () => {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  let appended = 0;
  for (let cycle = 0; cycle < 8; cycle++) {
    const bytes = () => (cycle % 2 === 0 ? 500 + random() * 4_000 : 40_000 + random() * 60_000);
    const fill = async () => {
      for (;;) {
        const entries = Array.from({ length: 8 }, () => entry("k", "x".repeat(bytes())));
        await queue.append("topic", entries);
        appended += entries.reduce((sum, { value }) => sum + value.length, 0);
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: "log_full", retriable: true });
    expect(queue.bytes).toBeGreaterThan(maxBytes * 0.7);
    const left = cycle % 3 === 2 ? 0 : queue.records * random();
    while (queue.records > left) await queue.drop(queue.head().next);
    expect((await stat(join(path, "records", "data.mdb"))).size).toBeLessThanOrEqual(maxBytes);
  }
  expect(appended).toBeGreaterThan(3 * maxBytes);
});

test("one process has a queue", async () => {
  await expect(openQueue({ path, maxBytes })).rejects.toMatchObject({ code: "log_unavailable" });
});
