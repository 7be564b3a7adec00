import { expect, test } from "vitest";
import { partitionOf } from "./partition-of.ts";

test("the partition of a key never changes", () => {
  const keys = ["", "a", "portal", "a223c6b3710f85df22e9377d6c4f7553", "ключ"];
  expect(keys.map((key) => partitionOf(key, 1_000_003))).toEqual([129763, 990745, 130856, 803390, 287763]);
});

test("similar keys spread evenly", () => {
  const counts = Array.from({ length: 8 }, () => 0);
  for (let index = 0; index < 8_000; index++) {
    const partition = partitionOf(`portal${index}`, 8);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(200);
});
