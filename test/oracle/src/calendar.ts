export type Interval = "hour" | "day" | "week" | "month";
export type Bucket = { start: number; end: number };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

type Clock = { date: string; offset: number };

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(timezone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  formats.set(timezone, format);
  return format;
}

/** What calendar and clock on the wall of that time zone show. */
export function wallClock(at: number, timezone: string): Clock {
  const shown: Record<string, number> = {};
  for (const part of formatOf(timezone).formatToParts(at)) shown[part.type] = Number(part.value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(local).toISOString().slice(0, 10);
  return { date, offset: local - Math.floor(at / 1000) * 1000 };
}

function label(clock: Clock, interval: Exclude<Interval, "hour">): string {
  if (interval === "day") return clock.date;
  if (interval === "month") return clock.date.slice(0, 7);
  const noon = new Date(`${clock.date}T12:00:00Z`);
  const sinceMonday = (noon.getUTCDay() + 6) % 7;
  return new Date(noon.getTime() - sinceMonday * day).toISOString().slice(0, 10);
}

/** The moments in (from, to) at which a bucket begins; offsets of time zones are whole minutes, so it walks by minutes. */
function beginnings(from: number, to: number, interval: Interval, timezone: string): number[] {
  const found: number[] = [];
  // From a day earlier: a clock set back across midnight shows yesterday again, which must not begin a bucket.
  let before = wallClock(Math.floor((from - day) / hour) * hour, timezone);
  let shown = interval === "hour" ? "" : label(before, interval);
  for (let at = Math.floor((from - day) / hour) * hour + hour; at < to + hour; at += hour) {
    const after = wallClock(at, timezone);
    const quiet = interval !== "hour" && after.date === before.date && after.offset === before.offset;
    before = after;
    if (quiet) continue;
    for (let step = at - hour + minute; step <= at; step += minute) {
      const clock = wallClock(step, timezone);
      if (interval === "hour") {
        if ((step + clock.offset) % hour === 0) found.push(step);
      } else if (label(clock, interval) > shown) {
        found.push(step);
        shown = label(clock, interval);
      }
    }
  }
  return found.filter((at) => at > from && at < to);
}

export function bucketsOf(from: number, to: number, interval: Interval, timezone: string): Bucket[] {
  const starts = [from, ...beginnings(from, to, interval, timezone)];
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? to }));
}
