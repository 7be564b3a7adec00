import { invalidRequest } from "@portalstream/runtime";
import { type TString, Type } from "@sinclair/typebox";

const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/;
/** What fits a DateTime64(3). */
export const startOfTime = Date.UTC(1900, 0, 1);
export const endOfTime = Date.UTC(2299, 11, 31);

/** For declaring a time in a querystring; read it with parseTime. */
export function TimeParameter(description: string): TString {
  return Type.String({ description, examples: ["2026-01-31T09:00:00Z"] });
}

/** A time in an answer. */
export function Time(description: string): TString {
  return Type.String({ description, examples: ["2026-01-31T09:00:00.000Z"] });
}

/** ISO 8601 (a date, or a date and time with Z or an offset) → epoch milliseconds; null where not given. */
export function parseTime(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  // A "+" of an offset arrives as a blank where the caller did not encode it.
  const plain = text.replace(" ", "+");
  const ms = isoTime.test(plain) && existsInCalendar(plain) ? Date.parse(plain) : Number.NaN;
  if (!(ms >= startOfTime && ms <= endOfTime)) {
    throw invalidRequest(`query parameter ${name}`, "must be an ISO 8601 time, such as 2026-01-31T09:00:00Z");
  }
  return ms;
}

/** Epoch milliseconds → ISO 8601 UTC. */
export function isoTimeOf(ms: number): string {
  return new Date(ms).toISOString();
}

// Date.parse turns February 30th into March 2nd.
function existsInCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
