import { expect, test } from "vitest";
import { Chronicle, histogram, mean, percentile } from "./statistics.ts";

test.each([
  [[10], 0.9, 10],
  [[10, 20], 0.5, 15],
  [[10, 20, 30, 40], 0.5, 25],
  [[0, 10, 20, 30, 40, 50, 60, 70, 80, 90], 0.95, 85.5],
  [[], 0.5, null],
])("of %j the part %f lies below %s", (sorted, part, expected) => {
  expect(percentile(sorted, part)).toBe(expected);
});

test("the mean of none is null", () => {
  expect(mean([])).toBe(null);
  expect(mean([1, 2, 6])).toBe(3);
});

test("a value on a bound belongs to the bar of that bound, one above all to the last", () => {
  expect(histogram([10, 11, 30, 31], [10, 30])).toEqual([
    { upTo: 10, count: 1 },
    { upTo: 30, count: 2 },
    { upTo: null, count: 1 },
  ]);
});

test("a chronicle holds what begins in a range, its start included and its end not", () => {
  const chronicle = new Chronicle([30, 10, 20], (at) => at);
  expect(chronicle.within({ start: 10, end: 30 })).toEqual([10, 20]);
  expect(chronicle.countBefore(30)).toBe(2);
  expect(chronicle.countBefore(31)).toBe(3);
});
