import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogRecord } from "../port.ts";
import { PartitionQueue } from "./partition-queue.ts";

const record = (offset: number, size = 1): LogRecord => ({
  partition: 0,
  offset,
  key: "k",
  timestamp: 0,
  value: new Uint8Array(size),
});
const offsets = (records: readonly LogRecord[]) => records.map(({ offset }) => offset);

test("every record comes out once and in order, in batches within the limits, however it came in", () => {
  const step = fc.oneof(
    // A rebalance begins again before what is here already.
    fc.record({ back: fc.integer({ min: 0, max: 5 }), count: fc.integer({ min: 0, max: 20 }) }),
    fc.constant("take" as const),
  );
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 40 }),
      (steps, maxRecords, maxBytes) => {
        const queue = new PartitionQueue(3);
        const taken: number[] = [];
        const take = () => {
          const batch = queue.take({ maxRecords, maxBytes });
          const bytes = batch.reduce((sum, { value }) => sum + 1 + value.length, 0);
          expect(batch.length <= maxRecords && (bytes <= maxBytes || batch.length === 1)).toBe(true);
          taken.push(...offsets(batch));
        };
        for (const one of steps) {
          if (one === "take") take();
          else {
            const from = Math.max(0, queue.reached - one.back);
            queue.push(Array.from({ length: one.count }, (_, at) => record(from + at, (from + at) % 7)));
          }
        }
        while (!queue.empty) take();
        expect(taken).toEqual(Array.from({ length: queue.reached - 3 }, (_, at) => 3 + at));
        expect(queue.bytes).toBe(0);
      },
    ),
  );
});

test("is full when a batch could not be larger", () => {
  const queue = new PartitionQueue(0);
  queue.push([record(0, 9), record(1, 9)]);
  expect(queue.full({ maxRecords: 3, maxBytes: 21 })).toBe(false);
  expect(queue.full({ maxRecords: 2, maxBytes: 21 })).toBe(true);
  expect(queue.full({ maxRecords: 3, maxBytes: 20 })).toBe(true);
});

test("whoever waits is woken by a push, and by being told", async () => {
  const queue = new PartitionQueue(0);
  const pushed = queue.changed();
  queue.push([record(0)]);
  await pushed;
  const told = queue.changed();
  queue.wake();
  await told;
});
