import { problem } from "../http/problems.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export type TimeZone = {
  name: string;
  /** What clocks there are ahead of UTC at this moment, in milliseconds. */
  offsetAt(ms: number): number;
};

/** An IANA time zone by name, such as Europe/Berlin. */
export function timeZone(name: string): TimeZone {
  const format = formatIn(name);
  const offsets = new Map<number, number>();
  return {
    name,
    // Offsets change on the quarter hour at the earliest, so one look per quarter is enough.
    offsetAt: (ms) => {
      const quarter = Math.floor(ms / 900_000) * 900_000;
      const known = offsets.get(quarter);
      if (known !== undefined) return known;
      const offset = wallClock(format, quarter) - quarter;
      offsets.set(quarter, offset);
      return offset;
    },
  };
}

/** The moment at which clocks there first show this date and time (given as if it were UTC), or the next one they do show. */
export function momentOf(zone: TimeZone, wall: number): number {
  const candidates = [wall - zone.offsetAt(wall - dayMs), wall - zone.offsetAt(wall + dayMs)];
  const shown = candidates.filter((ms) => ms + zone.offsetAt(ms) >= wall);
  return Math.min(...(shown.length > 0 ? shown : candidates));
}

function wallClock(format: Intl.DateTimeFormat, ms: number): number {
  const part = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of format.formatToParts(ms)) {
    if (Object.hasOwn(part, type)) Reflect.set(part, type, Number(value));
  }
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
}

function formatIn(name: string): Intl.DateTimeFormat {
  try {
    // Intl also knows "+03:00", which is no IANA name.
    if (!/^[A-Za-z]/.test(name)) throw new RangeError(name);
    return new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    const detail = "query parameter timezone must be an IANA name, such as Europe/Berlin";
    throw problem("invalid_timezone", detail);
  }
}
