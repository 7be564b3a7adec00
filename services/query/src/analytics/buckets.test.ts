import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownPace } from "../../test/facts.ts";
import { bucketsOf, type Interval } from "./buckets.ts";
import { timeZone } from "./time-zone.ts";

async function startsOf(from: string, to: string, interval: Interval, zone: string): Promise<string[]> {
  const range = { start: Date.parse(from), end: Date.parse(to) };
  const buckets = await bucketsOf(range, interval, timeZone(zone), ownPace());
  return buckets.map(({ start }) => new Date(start).toISOString().slice(0, 16));
}

describe("days", () => {
  test("begin at the midnight of the time zone, with the clocks changed in between", async () => {
    expect(await startsOf("2026-03-27T23:00Z", "2026-03-30T22:00Z", "day", "Europe/Berlin")).toEqual([
      "2026-03-27T23:00",
      "2026-03-28T23:00",
      "2026-03-29T22:00",
    ]);
  });

  test("begin an hour late where the clocks leave midnight out", async () => {
    expect(await startsOf("2026-04-22T22:00Z", "2026-04-25T21:00Z", "day", "Africa/Cairo")).toEqual([
      "2026-04-22T22:00",
      "2026-04-23T22:00",
      "2026-04-24T21:00",
    ]);
  });

  test("begin at the midnight after the repeated hour where the clocks go back at midnight", async () => {
    expect(await startsOf("2023-03-25T03:00Z", "2023-03-27T04:00Z", "day", "America/Asuncion")).toEqual([
      "2023-03-25T03:00",
      "2023-03-26T04:00",
    ]);
  });
});

describe("hours", () => {
  test("are 23 on the day the clocks go forward and 25 on the day they go back", async () => {
    expect(await startsOf("2026-03-28T23:00Z", "2026-03-29T22:00Z", "hour", "Europe/Berlin")).toHaveLength(
      23,
    );
    expect(await startsOf("2026-10-24T22:00Z", "2026-10-25T23:00Z", "hour", "Europe/Berlin")).toHaveLength(
      25,
    );
  });

  test("begin on the hour of zones that are half an hour off", async () => {
    expect(await startsOf("2026-01-01T00:00Z", "2026-01-01T02:00Z", "hour", "Asia/Kolkata")).toEqual([
      "2026-01-01T00:00",
      "2026-01-01T00:30",
      "2026-01-01T01:30",
    ]);
  });

  test("go on without a gap where the clocks move by half an hour", async () => {
    expect(await startsOf("2026-10-03T14:00Z", "2026-10-03T17:00Z", "hour", "Australia/Lord_Howe")).toEqual([
      "2026-10-03T14:00",
      "2026-10-03T14:30",
      "2026-10-03T16:00",
    ]);
  });
});

test("weeks begin on Monday", async () => {
  expect(await startsOf("2026-11-01T00:00Z", "2026-11-16T12:00Z", "week", "UTC")).toEqual([
    "2026-11-01T00:00",
    "2026-11-02T00:00",
    "2026-11-09T00:00",
    "2026-11-16T00:00",
  ]);
});

test("months begin on the first", async () => {
  expect(await startsOf("2026-01-15T00:00Z", "2026-03-31T23:00Z", "month", "America/New_York")).toEqual([
    "2026-01-15T00:00",
    "2026-02-01T05:00",
    "2026-03-01T05:00",
  ]);
});

test("the last interval ends with the range", async () => {
  const range = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 0, 1, 5) };
  expect(await bucketsOf(range, "day", timeZone("UTC"), ownPace())).toEqual([range]);
});

test("5,000 intervals are answered, one more is refused", async () => {
  const start = Date.UTC(2026, 0, 1);
  const hours = (count: number) => ({ start, end: start + count * 3_600_000 });
  const cut = (count: number) => bucketsOf(hours(count), "hour", timeZone("UTC"), ownPace());
  expect(await cut(5_000)).toHaveLength(5_000);
  await expect(cut(5_001)).rejects.toMatchObject({ status: 400, code: "too_many_buckets" });
});

test.each(["Nowhere/City", "", "+03:00", "Europe/Berlin; DROP"])("the time zone %j is refused", (name) => {
  expect(() => timeZone(name)).toThrow(expect.objectContaining({ status: 400, code: "invalid_timezone" }));
});

test("intervals cover the range without gap or overlap, in any zone", async () => {
  const zones = [
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
  ];
  const intervals: Interval[] = ["hour", "day", "week", "month"];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      fc.constantFrom(...intervals),
      fc.integer({ min: Date.UTC(2015), max: Date.UTC(2030) }),
      fc.integer({ min: 1, max: 40 * 86_400_000 }),
      async (zone, interval, start, length) => {
        const range = { start, end: start + length };
        const buckets = await bucketsOf(range, interval, timeZone(zone), ownPace());
        const ends = buckets.map((bucket) => bucket.end);
        expect(buckets.map((bucket) => bucket.start)).toEqual([start, ...ends.slice(0, -1)]);
        expect(ends.at(-1)).toBe(range.end);
        expect(buckets.every((bucket) => bucket.start < bucket.end)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
