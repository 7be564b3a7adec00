import { on } from "node:events";
import { Worker } from "node:worker_threads";
import type { Entry, EventLog } from "@portalstream/event-log";
import { slicesOf } from "./history/history.ts";
import type { BenchPortal } from "./history/portals.ts";
import { appendAll, type Packed, unpack } from "./records-of.ts";

/** To make records takes much more time than to append them. */
const threads = 2;
const slicesAhead = 2;

type ByTopic = Map<string, Entry[]>;

/** Appends the records of these portals' histories, at most `limit` of them; answers how many there were. */
export async function fill(
  log: EventLog,
  portals: readonly BenchPortal[],
  limit = Number.POSITIVE_INFINITY,
): Promise<number> {
  const started = performance.now();
  const slices = slicesOf(portals);
  // The same slice of all threads is of the same time, so that the log's order is that of the events.
  const parts = Array.from({ length: threads }, (_, thread) =>
    slicesFrom({ portals: portals.filter((_portal, at) => at % threads === thread), slices }),
  );
  let records = 0;
  let shownAt = started;
  let appending: Promise<unknown> = Promise.resolve();
  try {
    for (let slice = 0; slice < slices && records < limit; slice += 1) {
      for (const part of parts) {
        const next = await part.next();
        if (next.done === true) continue;
        const kept = atMost(next.value, limit - records);
        records += countOf(kept);
        // One slice is written while the next one is made.
        await appending;
        appending = appendAll(log, kept);
      }
      if (performance.now() - shownAt < 1_000) continue;
      shownAt = performance.now();
      process.stderr.write(`\rfilled ${records}, ${rate(records, started)}/s `);
    }
    await appending;
  } finally {
    for (const part of parts) await part.return(undefined);
  }
  process.stderr.write(`\rfilled ${records} records, ${rate(records, started)}/s\n`);
  return records;
}

async function* slicesFrom(workerData: {
  portals: readonly BenchPortal[];
  slices: number;
}): AsyncGenerator<ByTopic, void> {
  const thread = new Worker(new URL("./fill-thread.ts", import.meta.url), { workerData });
  try {
    for (let ahead = 0; ahead < slicesAhead; ahead += 1) thread.postMessage("next");
    // Rejects where the thread fails.
    for await (const [packed] of on(thread, "message", { close: ["exit"] })) {
      const slice: Packed[] | null = packed;
      if (slice === null) return;
      thread.postMessage("next");
      yield unpack(slice);
    }
  } finally {
    await thread.terminate();
  }
}

function atMost(byTopic: ByTopic, limit: number): ByTopic {
  let left = limit;
  const kept: ByTopic = new Map();
  for (const [topic, entries] of byTopic) {
    kept.set(topic, entries.slice(0, left));
    left -= Math.min(left, entries.length);
  }
  return kept;
}

const countOf = (byTopic: ByTopic): number =>
  [...byTopic.values()].reduce((sum, entries) => sum + entries.length, 0);

const rate = (records: number, since: number): number =>
  Math.round((records * 1000) / (performance.now() - since));
