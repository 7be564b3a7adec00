import fc from "fast-check";
import { happen, step, type World } from "./happen.ts";
import { type NotedEvent, recordOf } from "./notation.ts";
import type { LogRecord, TellingRecord } from "./records.ts";

const histories = (maxLength: number) =>
  fc.tuple(
    // Around a clock change of Berlin, New York or Lord Howe, and the turn of a year.
    fc.constantFrom(
      "2026-03-28T18:00:00Z",
      "2026-11-01T00:00:00Z",
      "2026-10-03T12:00:00Z",
      "2025-12-31T12:00:00Z",
    ),
    fc.array(step, { minLength: 1, maxLength, size: "max" }),
  );

/** A small plausible history in the notation of docs/metrics.md, in the order in which it happened. */
export function generateNotation(maxLength = 25): fc.Arbitrary<NotedEvent[]> {
  return histories(maxLength).map(([begin, steps]) => {
    const clock = Date.parse(begin) / 1000;
    const world: World = { clock, next: 0, said: [], sessions: new Map(), events: [] };
    for (const told of steps) happen(world, told);
    return world.events;
  });
}

/** The same as records of the log. */
export function generateHistory(portal = "p1", maxLength = 25): fc.Arbitrary<TellingRecord[]> {
  return generateNotation(maxLength).map((events) => events.map((event) => recordOf(event, portal)));
}

/** A range to ask about: from just before the first record to just after the last one, some days at most. */
export function rangeOf(records: readonly LogRecord[], days = 3): { from: string; to: string } {
  const times = records.map((record) => record.envelope.occurredAt);
  if (times.length === 0) return { from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z" };
  const from = Math.min(...times) - 1000;
  const to = Math.min(Math.max(...times) + 1000, from + days * 86_400_000);
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** A history, and the same as it may be delivered: in any order, some of it more than once. */
export function generateDeliveries(
  portal = "p1",
  maxLength = 25,
): fc.Arbitrary<{ history: TellingRecord[]; delivered: TellingRecord[] }> {
  return generateHistory(portal, maxLength).chain((history) =>
    fc
      .subarray(history)
      .chain((again) => {
        const all = [...history, ...again];
        return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      })
      .map((delivered) => ({ history, delivered })),
  );
}
