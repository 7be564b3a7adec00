import type { Entry, EventLog } from "@portalstream/event-log";
import { historyOf } from "./history/history.ts";
import type { BenchPortal } from "./history/portals.ts";
import { recordOf } from "./record-of.ts";

/** Appends the records of these portals' histories, at most `limit` of them; answers how many there were. */
export async function fill(
  log: EventLog,
  portals: readonly BenchPortal[],
  limit = Number.POSITIVE_INFINITY,
): Promise<number> {
  const started = performance.now();
  let records = 0;
  let shownAt = started;
  let appending: Promise<unknown> = Promise.resolve();
  for (const slice of historyOf(portals)) {
    const bodies = slice.slice(0, limit - records).map(({ body }) => body);
    const byTopic = recordsOf(bodies);
    records += bodies.length;
    // One slice is written while the next one is made.
    await appending;
    appending = appendAll(log, byTopic);
    if (records >= limit) break;
    if (performance.now() - shownAt < 1_000) continue;
    shownAt = performance.now();
    process.stderr.write(`\rfilled ${records}, ${rate(records, started)}/s `);
  }
  await appending;
  process.stderr.write(`\rfilled ${records} records, ${rate(records, started)}/s\n`);
  return records;
}

/** The records of webhooks, by topic. */
export function recordsOf(bodies: readonly string[]): Map<string, Entry[]> {
  const byTopic = new Map<string, Entry[]>();
  for (const body of bodies) {
    const { topic, entry } = recordOf(Buffer.from(body));
    const entries = byTopic.get(topic);
    if (entries === undefined) byTopic.set(topic, [entry]);
    else entries.push(entry);
  }
  return byTopic;
}

export async function appendAll(log: EventLog, byTopic: ReadonlyMap<string, Entry[]>): Promise<void> {
  await Promise.all([...byTopic].map(([topic, entries]) => log.append(topic, entries)));
}

const rate = (records: number, since: number): number =>
  Math.round((records * 1000) / (performance.now() - since));
