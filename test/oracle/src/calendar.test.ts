import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketsOf, type Interval } from "./calendar.ts";

// What is right today is right tomorrow: other histories are for whoever changes the code to try.
fc.configureGlobal({ seed: 20_261_121 });

function starts(from: string, to: string, interval: Interval, timezone: string): string[] {
  const buckets = bucketsOf(Date.parse(from), Date.parse(to), interval, timezone);
  return buckets.map((bucket) => new Date(bucket.start).toISOString().replace(":00.000Z", "Z"));
}

describe("buckets of a time zone", () => {
  it("a day on which clocks go forward has 23 hours, one on which they go back 25", () => {
    expect(starts("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "hour", "Europe/Berlin")).toHaveLength(23);
    expect(starts("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "hour", "Europe/Berlin")).toHaveLength(25);
    expect(starts("2026-03-27T23:00:00Z", "2026-03-31T00:00:00Z", "day", "Europe/Berlin")).toEqual([
      "2026-03-27T23:00Z",
      "2026-03-28T23:00Z",
      "2026-03-29T22:00Z",
      "2026-03-30T22:00Z",
    ]);
  });

  it("hours begin with the local hour where the offset is not of whole hours", () => {
    expect(starts("2026-03-02T00:00:00Z", "2026-03-02T02:00:00Z", "hour", "Asia/Kolkata")).toEqual([
      "2026-03-02T00:00Z",
      "2026-03-02T00:30Z",
      "2026-03-02T01:30Z",
    ]);
  });

  it("a change of half an hour makes one bucket of an hour and a half", () => {
    // Lord Howe, 2026-10-04 02:00 +10:30 becomes 02:30 +11:00; 2026-04-05 02:00 +11:00 becomes 01:30 +10:30.
    expect(starts("2026-10-03T14:30:00Z", "2026-10-03T17:00:00Z", "hour", "Australia/Lord_Howe")).toEqual([
      "2026-10-03T14:30Z",
      "2026-10-03T16:00Z",
    ]);
    expect(starts("2026-04-04T14:00:00Z", "2026-04-04T17:00:00Z", "hour", "Australia/Lord_Howe")).toEqual([
      "2026-04-04T14:00Z",
      "2026-04-04T15:30Z",
      "2026-04-04T16:30Z",
    ]);
  });

  it("a day that the calendar skips has no bucket", () => {
    expect(starts("2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z", "day", "Pacific/Apia")).toEqual([
      "2011-12-29T12:00Z",
      "2011-12-30T10:00Z",
      "2011-12-31T10:00Z",
    ]);
  });

  it("a clock set back across midnight does not begin yesterday again", () => {
    // Saint John's, 2010-11-07 00:01 -02:30 became 2010-11-06 23:01 -03:30.
    expect(starts("2010-11-06T12:00:00Z", "2010-11-08T12:00:00Z", "day", "America/St_Johns")).toEqual([
      "2010-11-06T12:00Z",
      "2010-11-07T02:30Z",
      "2010-11-08T03:30Z",
    ]);
    expect(starts("2010-11-07T03:00:00Z", "2010-11-07T12:00:00Z", "day", "America/St_Johns")).toHaveLength(1);
  });

  it("a clock set forward at midnight begins the day at one o'clock", () => {
    // Cairo, 2024-04-26 00:00 +02:00 became 01:00 +03:00.
    expect(starts("2024-04-25T12:00:00Z", "2024-04-27T00:00:00Z", "day", "Africa/Cairo")).toEqual([
      "2024-04-25T12:00Z",
      "2024-04-25T22:00Z",
      "2024-04-26T21:00Z",
    ]);
  });

  it("weeks begin on Monday, months on the first", () => {
    expect(starts("2026-02-25T00:00:00Z", "2026-03-10T00:00:00Z", "week", "UTC")).toEqual([
      "2026-02-25T00:00Z",
      "2026-03-02T00:00Z",
      "2026-03-09T00:00Z",
    ]);
    expect(starts("2025-12-15T00:00:00Z", "2026-02-15T00:00:00Z", "month", "America/New_York")).toEqual([
      "2025-12-15T00:00Z",
      "2026-01-01T05:00Z",
      "2026-02-01T05:00Z",
    ]);
  });

  it("buckets follow one another from `from` to `to`, without gap and without an empty one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) }),
        fc.integer({ min: 1, max: 5 * 86_400_000 }),
        fc.constantFrom<Interval>("hour", "day", "week", "month"),
        fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
        (from, length, interval, timezone) => {
          const buckets = bucketsOf(from, from + length, interval, timezone);
          expect(buckets.at(0)?.start).toBe(from);
          expect(buckets.at(-1)?.end).toBe(from + length);
          for (const [i, bucket] of buckets.entries()) {
            expect(bucket.start).toBeLessThan(bucket.end);
            if (i > 0) expect(buckets[i - 1]?.end).toBe(bucket.start);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
