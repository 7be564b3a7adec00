import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { LogRecord } from "../port.ts";
import { Budget } from "./budget.ts";
import { PartitionConsumer } from "./partition-consumer.ts";

const recordsFrom = (first: number, end: number): LogRecord[] =>
  Array.from({ length: end - first }, (_, at) => ({
    partition: 0,
    offset: first + at,
    key: "k",
    timestamp: 0,
    value: new Uint8Array(1),
  }));

/** A consumer that begins at 10, and what it handled, sought and complained of. */
function consumerFrom10() {
  const [handled, sought, errors]: [number[], number[], unknown[]] = [[], [], []];
  const settings = {
    group: "g",
    topics: ["t"],
    maxRecords: 100,
    maxBytes: 1_000,
    lingerMs: 1,
    onError: (error: unknown) => errors.push(error),
    handle: async ({ records }: { records: readonly LogRecord[] }) => {
      handled.push(...records.map(({ offset }) => offset));
    },
  };
  const group = {
    commit: async () => {},
    flow: () => {},
    seek: (_place: unknown, offset: number) => void sought.push(offset),
    budget: new Budget(2 ** 28),
  };
  const consumer = new PartitionConsumer(
    { topic: "t", partition: 0 },
    10,
    settings,
    group,
    Promise.resolve(),
  );
  return { consumer, handled, sought, errors };
}

test("what was fetched beyond the place to begin at is left, and what lies between is asked for", async () => {
  const { consumer, handled, sought, errors } = consumerFrom10();
  // Whoever had the partition before has committed up to 14 meanwhile, and the group fetched from there.
  consumer.push(recordsFrom(14, 16), false, 16);
  expect(sought).toEqual([10]);
  consumer.push(recordsFrom(10, 16), false, 16);
  while (handled.length < 6) await sleep(5);
  await consumer.end();
  expect(handled).toEqual([10, 11, 12, 13, 14, 15]);
  expect(errors).toEqual([]);
});

test("what does not come however often it is asked for is lost, and nothing after it is handled", async () => {
  const { consumer, handled, sought, errors } = consumerFrom10();
  for (let time = 0; time < 8; time += 1) consumer.push(recordsFrom(14, 16), false, 16);
  await sleep(20);
  await consumer.end();
  expect(sought).toEqual([10, 10, 10, 10, 10]);
  expect(handled).toEqual([]);
  expect(errors).toMatchObject([{ code: "log_corrupt" }]);
});

test("who is behind waits until a good part of a batch is there, who is not for no longer than asked", async () => {
  const { consumer, handled } = consumerFrom10();
  consumer.push(recordsFrom(10, 12), false, 1_000);
  await sleep(100);
  expect(handled).toEqual([]);
  consumer.push(recordsFrom(12, 35), false, 1_000);
  while (handled.length < 25) await sleep(1);
  consumer.push(recordsFrom(35, 36), false, 36);
  while (handled.length < 26) await sleep(1);
  await consumer.end();
});

test("what is behind and does not come is not waited for in vain", async () => {
  const { consumer, handled } = consumerFrom10();
  consumer.push(recordsFrom(10, 12), false, 1_000);
  while (handled.length < 2) await sleep(5);
  await consumer.end();
});
