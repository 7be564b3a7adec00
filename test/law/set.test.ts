import type { LogEvent } from "@portalstream/events";
import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { generateHistory } from "../oracle/src/index.ts";
import { eventsOf } from "./events.ts";
import { Installation } from "./installation.ts";
import { everyAnswer, shares } from "./questions.ts";

// Answers depend on the set of events alone. Slow: every history runs through the real engine several times over.

const portal = "p1";
// On Kafka every course has topics and a consumer group of its own, which takes seconds.
const numRuns = inject("stack") === "kafka" ? 4 : 25;
let installation: Installation;
beforeAll(async () => {
  installation = await Installation.open();
});
afterAll(() => installation.close());

/** All answers as bytes; positions in the log are not part of what events say. */
async function answersAfter(
  batches: LogEvent[][],
  failInsertAt: ReadonlySet<number>,
  share: number,
): Promise<string> {
  await installation.empty();
  await installation.enrol(portal);
  await installation.live({ batches, failInsertAt });
  const answers = await everyAnswer((path) => installation.ask(path), portal, share);
  const position = new Set(["partition", "offset"]);
  return JSON.stringify(answers, (name, value) => (position.has(name) ? undefined : value), 1);
}

const share = fc.nat({ max: shares - 1 });
/** An order, repetitions, cuts and lost inserts for a history of unknown length. */
const course = fc.record({
  order: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
  repeats: fc.array(fc.nat(), { maxLength: 10 }),
  batchSize: fc.integer({ min: 1, max: 30 }),
  failInsertAt: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
});

function arrange(
  events: readonly LogEvent[],
  order: readonly number[],
  repeats: readonly number[],
): LogEvent[] {
  const again = repeats.flatMap((at) => events[at % Math.max(1, events.length)] ?? []);
  return [...events, ...again]
    .map((event, at) => ({ event, key: order[at % order.length] ?? 0, at }))
    .sort((a, b) => a.key - b.key || a.at - b.at)
    .map(({ event }) => event);
}

function cut(events: readonly LogEvent[], size: number): LogEvent[][] {
  return Array.from({ length: Math.ceil(events.length / size) }, (_, at) =>
    events.slice(at * size, (at + 1) * size),
  );
}

test("permuted, repeated, cut otherwise and replayed after crashes, a history gives byte-identical answers", async () => {
  await fc.assert(
    fc.asyncProperty(generateHistory(portal), course, course, share, async (history, one, other, share) => {
      const events = eventsOf(history);
      const plain = await answersAfter([events], new Set(), share);
      for (const { order, repeats, batchSize, failInsertAt } of [one, other]) {
        const arranged = arrange(events, order, repeats);
        expect(await answersAfter(cut(arranged, batchSize), new Set(failInsertAt), share)).toBe(plain);
      }
    }),
    { numRuns, seed: 20_261_121, endOnFailure: true },
  );
});
