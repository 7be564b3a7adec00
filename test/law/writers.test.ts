import type { Chunks, ClickHouse, Params } from "@portalstream/clickhouse";
import type { LogEvent } from "@portalstream/events";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateHistory } from "../oracle/src/index.ts";
import { eventsOf } from "./events.ts";
import { Installation } from "./installation.ts";
import { everyAnswer, shares } from "./questions.ts";

// Two processes of one consumer group write the same tables, and one of them is slow. Slow: the real engine answers every history.

const portal = "p1";
let installation: Installation;
beforeAll(async () => {
  installation = await Installation.open();
});
afterAll(() => installation.close());

const positions = new Set(["partition", "offset"]);

async function answers(share: number): Promise<string> {
  const told = await everyAnswer((path) => installation.ask(path), portal, share);
  return JSON.stringify(told, (name, value) => (positions.has(name) ? undefined : value), 1);
}

const batchesOf = (events: readonly LogEvent[], size: number) =>
  Array.from({ length: Math.ceil(events.length / size) }, (_, at) =>
    events.slice(at * size, (at + 1) * size),
  );

/** Tables whose state rows are inserted only when `go` is called: what a process does that is frozen between reading and writing. */
function frozen(db: Pick<ClickHouse, "insert" | "lines">) {
  let go = () => {};
  let reached = () => {};
  const thawed = new Promise<void>((resolve) => {
    go = resolve;
  });
  const isReached = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const insert = async (table: string, rows: Chunks) => {
    if (Installation.isState(table)) {
      reached();
      await thawed;
    }
    await db.insert(table, rows);
  };
  return { db: { insert, lines: (sql: string, params?: Params) => db.lines(sql, params) }, go, isReached };
}

test("a writer that was frozen between reading and writing changes no answer when it goes on", async () => {
  await fc.assert(
    fc.asyncProperty(
      generateHistory(portal),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 1, max: 12 }),
      fc.nat({ max: shares - 1 }),
      async (history, one, other, size, share) => {
        const events = eventsOf(history);
        await installation.empty();
        await installation.enrol(portal);
        await installation.live({ batches: [events], failInsertAt: new Set() });
        const plain = await answers(share);

        await installation.empty();
        await installation.enrol(portal);
        const [from, to] = sortedPair(one % events.length, other % (events.length + 1));
        await installation.write({ batches: batchesOf(events.slice(0, from), size), writers: "several" });
        // The slow one has read these, and the new owner of the partition gets them again, with all that follows.
        const slow = frozen(installation.tables);
        const inFlight = events.slice(from, to);
        const writing = installation.write({ batches: [inFlight], writers: "several", tables: slow.db });
        await Promise.race([slow.isReached, writing]);
        const rest = batchesOf(events.slice(from), size);
        await installation.write({ batches: rest, writers: "several" });
        slow.go();
        await writing;
        expect(await answers(share)).toBe(plain);
      },
    ),
    { numRuns: 15, seed: 20_261_127, endOnFailure: true },
  );
});

test("two writers that take turns, each with a part of the events, give the answers of one", async () => {
  await fc.assert(
    fc.asyncProperty(
      generateHistory(portal),
      fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      fc.nat({ max: shares - 1 }),
      async (history, turns, size, share) => {
        const events = eventsOf(history);
        await installation.empty();
        await installation.enrol(portal);
        await installation.live({ batches: [events], failInsertAt: new Set() });
        const plain = await answers(share);

        await installation.empty();
        await installation.enrol(portal);
        const first = events.filter((_, at) => turns[at % turns.length]);
        const second = events.filter((_, at) => !turns[at % turns.length]);
        await Promise.all(
          [first, second].map((own) =>
            installation.write({ batches: batchesOf(own, size), writers: "several" }),
          ),
        );
        expect(await answers(share)).toBe(plain);
      },
    ),
    { numRuns: 15, seed: 20_261_127, endOnFailure: true },
  );
});

const sortedPair = (one: number, other: number): [number, number] =>
  one < other ? [one, other] : [other, one];
