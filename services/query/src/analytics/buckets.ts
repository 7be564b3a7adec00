import type { Pace } from "@portalstream/clickhouse";
import type { Problem } from "@portalstream/runtime";
import { problem } from "../http/problems.ts";
import { momentOf, type TimeZone } from "./time-zone.ts";

export type Interval = "hour" | "day" | "week" | "month";
/** start ≤ t < end, in epoch milliseconds. */
export type Bucket = { start: number; end: number };

export const mostBuckets = 5_000;
const hourMs = 3_600_000;
/** None is longer, in any time zone: so a range that must have too many is refused without being cut up. */
const longestMs: Readonly<Record<Interval, number>> = {
  hour: hourMs,
  day: 26 * hourMs,
  week: (7 * 24 + 2) * hourMs,
  month: (31 * 24 + 2) * hourMs,
};

/** The hours, days, weeks or months of a time zone that lie in a range, in slices; the first and the last are cut to it. */
export async function bucketsOf(
  range: Bucket,
  interval: Interval,
  zone: TimeZone,
  pace: Pace,
): Promise<Bucket[]> {
  if ((range.end - range.start) / longestMs[interval] > mostBuckets) throw tooManyBuckets();
  const buckets: Bucket[] = [];
  let start = range.start;
  while (start < range.end) {
    // Looking into a time zone takes long the first time.
    if (pace.over) await pace.next();
    if (buckets.length === mostBuckets) throw tooManyBuckets();
    const end = Math.min(nextStart(start, interval, zone), range.end);
    buckets.push({ start, end });
    start = end;
  }
  return buckets;
}

/** The first start of an hour, day, week or month after a moment. */
function nextStart(ms: number, interval: Interval, zone: TimeZone): number {
  if (interval === "hour") return nextHour(ms, zone);
  const wall = new Date(ms + zone.offsetAt(ms));
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
  const daysToMonday = 7 - ((wall.getUTCDay() + 6) % 7);
  const next = {
    day: Date.UTC(year, month, day + 1),
    week: Date.UTC(year, month, day + daysToMonday),
    month: Date.UTC(year, month + 1, 1),
  }[interval];
  return momentOf(zone, next);
}

// Hours are stepped in real time: where clocks are set back, an hour of the wall comes twice.
function nextHour(ms: number, zone: TimeZone): number {
  const wall = ms + zone.offsetAt(ms);
  const next = (Math.floor(wall / hourMs) + 1) * hourMs - zone.offsetAt(ms);
  const past = (next + zone.offsetAt(next)) % hourMs;
  return past === 0 ? next : next + hourMs - past;
}

export function tooManyBuckets(): Problem {
  return problem("too_many_buckets", `from, to and interval must make at most ${mostBuckets} intervals`);
}
