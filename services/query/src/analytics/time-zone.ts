import { problem } from "../http/problems.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export type TimeZone = {
  name: string;
  /** What clocks there are ahead of UTC at this moment, in milliseconds. */
  offsetAt(ms: number): number;
};

const quarterMs = 900_000;
const mostZones = 200;
const mostOffsets = 20_000;
const zones = new Map<string, TimeZone>();

/** An IANA time zone by name, such as Europe/Berlin. What was looked up is kept: asking Intl takes longer than all the rest. */
export function timeZone(name: string): TimeZone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = { name, offsetAt: offsetsOf(formatIn(name)) };
  if (zones.size >= mostZones) zones.clear();
  zones.set(name, zone);
  return zone;
}

function offsetsOf(format: Intl.DateTimeFormat): (ms: number) => number {
  const offsets = new Map<number, number>();
  const lookUp = (ms: number): number => {
    const known = offsets.get(ms);
    if (known !== undefined) return known;
    const offset = wallClock(format, ms) - ms;
    if (offsets.size >= mostOffsets) offsets.clear();
    offsets.set(ms, offset);
    return offset;
  };
  return (ms) => {
    // Clocks are set once a day at most: between two equal offsets there is no other. Else on the quarter hour.
    const day = Math.floor(ms / dayMs) * dayMs;
    const offset = lookUp(day);
    return offset === lookUp(day + dayMs) ? offset : lookUp(Math.floor(ms / quarterMs) * quarterMs);
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
