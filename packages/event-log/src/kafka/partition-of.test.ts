import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { partitionOf } from "./partition-of.ts";

const require = createRequire(import.meta.url);
const murmur2: (key: Buffer) => number = require("kafkajs/src/producer/partitioners/default/murmur2");

/** Golden values of org.apache.kafka.common.utils.UtilsTest#testMurmur2. */
const golden: [key: string, hash: number][] = [
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
];
const positive = (hash: number) => hash & 0x7fffffff;

test.each(golden)("%s goes where Kafka's own clients would put it", (key, hash) => {
  for (const partitions of [2, 3, 12, 1_000])
    expect(partitionOf(key, partitions)).toBe(positive(hash) % partitions);
});

test("every text goes where kafkajs would put it", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 50 }),
      fc.integer({ min: 1, max: 2 ** 20 }),
      (key, partitions) => {
        expect(partitionOf(key, partitions)).toBe(positive(murmur2(Buffer.from(key))) % partitions);
      },
    ),
    { numRuns: 2_000 },
  );
});
