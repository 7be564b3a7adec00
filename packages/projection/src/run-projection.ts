import { giveBack } from "@portalstream/clickhouse";
import type { Batch, Consumer, Entry, EventLog, LogRecord } from "@portalstream/event-log";
import { topics } from "@portalstream/events";
import type { Projection, RecordPosition } from "./projection.ts";
import { RecordRows } from "./record-rows.ts";
import { appendRejections, type RejectionReason, reasonOf, rejection } from "./rejections.ts";
import type { Rows } from "./rows.ts";
import type { ChatFacts } from "./state/chat-facts.ts";
import { readGeneration } from "./state/generation.ts";
import type { StateDb } from "./state/state-db.ts";
import { StateFold, type Writers } from "./state/state-fold.ts";

/** What metrics and log lines tell of. `freshSeconds`: from the oldest record's reception until its rows were in; null = not an event. */
export type ProjectionObservation =
  | {
      kind: "batch";
      projection: string;
      topic: string;
      partition: number;
      firstOffset: number;
      lastOffset: number;
      records: number;
      rejected: readonly RejectionReason[];
      seconds: number;
      freshSeconds: number | null;
    }
  | {
      kind: "insert";
      projection: string;
      topic: string;
      partition: number;
      table: string;
      bytes: number;
      seconds: number;
    }
  | { kind: "failure"; projection: string; at: RecordPosition; error: unknown };

export type ProjectionWorld = {
  log: EventLog;
  db: StateDb;
  /** Whether other processes may write the same chats' facts and state. */
  writers: Writers;
  observe: (what: ProjectionObservation) => void;
  /**
   * Offsets below are interpreted again, as the last rebuild did: a group that begins anew must not bring back what an older program
   * understood (default: none).
   */
  reinterpretBelow?: (topic: string, partition: number) => number;
};

/** A batch is cut into slices, so that the rows of one are made while those of the one before are inserted. */
const sliceRecords = 16_000;
const batchBounds = { maxRecords: 4 * sliceRecords, maxBytes: 64 * 1024 * 1024 };

/**
 * Log to rows: decode, project, insert, and only then let the log save the progress. A record that cannot be projected goes to the
 * rejected topic with its position; a failure to write there, or to insert, fails the batch, which comes again.
 */
export function runProjection(projection: Projection, world: ProjectionWorld): Promise<Consumer> {
  const { name, topics: from } = projection;
  const fold = new StateFold({
    db: world.db,
    layout: projection.state,
    tableOf: (table) => table,
    generation: () => readGeneration(world.db, name),
    writers: world.writers,
  });
  const onError = (error: unknown, at: RecordPosition) =>
    world.observe({ kind: "failure", projection: name, at, error });
  return world.log.consume({ group: name, topics: from, ...batchBounds, onError }, (batch) =>
    projectBatch(projection, world, fold, batch),
  );
}

async function projectBatch(
  projection: Projection,
  world: ProjectionWorld,
  fold: StateFold,
  batch: Batch,
): Promise<void> {
  const { topic, partition, records } = batch;
  const started = performance.now();
  const below = world.reinterpretBelow?.(topic, partition) ?? 0;
  const tally: Tally = { rejected: [], reasons: [], oldest: Number.POSITIVE_INFINITY };
  const chatFacts: ChatFacts[] = [];
  let inserted: Promise<unknown> = Promise.resolve();
  for (let start = 0; start < records.length; start += sliceRecords) {
    const slice = records.slice(start, start + sliceRecords);
    const made = projectSlice(projection, slice, { topic, below }, tally);
    for (const one of made.chatFacts.get(projection.name) ?? []) chatFacts.push(one);
    await inserted;
    inserted = insertAll(projection.name, world, batch, made.rows);
  }
  await inserted;
  await fold.apply(chatFacts);
  await appendRejections(world.log, tally.rejected);
  world.observe({
    kind: "batch",
    projection: projection.name,
    topic,
    partition,
    firstOffset: records[0]?.offset ?? 0,
    lastOffset: records.at(-1)?.offset ?? 0,
    records: records.length,
    rejected: tally.reasons,
    seconds: (performance.now() - started) / 1000,
    freshSeconds: Number.isFinite(tally.oldest) ? Math.max(0, Date.now() - tally.oldest) / 1000 : null,
  });
}

function insertAll(
  projection: string,
  { db, observe }: ProjectionWorld,
  { topic, partition }: Batch,
  rows: Rows,
): Promise<unknown> {
  const inserting = [...rows.tables()].map(async ([table, chunks]) => {
    const started = performance.now();
    await db.insert(table, chunks);
    giveBack(chunks);
    const seconds = (performance.now() - started) / 1000;
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    observe({ kind: "insert", projection, topic, partition, table, bytes, seconds });
  });
  const all = Promise.all(inserting);
  // Awaited only after the next slice is built: until then nobody else would hear of a failure.
  all.catch(() => {});
  return all;
}

type Tally = { rejected: Entry[]; reasons: RejectionReason[]; oldest: number };

/** What is made of the records; to the tally goes what is to be appended to the rejected topic. */
function projectSlice(
  projection: Projection,
  records: readonly LogRecord[],
  { topic, below }: { topic: string; below: number },
  tally: Tally,
): RecordRows {
  const add = (made: RecordRows) => {
    for (const record of records) {
      const projected = made.add(record, topic, record.offset < below);
      if (projected !== null && "envelope" in projected)
        tally.oldest = Math.min(tally.oldest, projected.envelope.receivedAt);
    }
    return made;
  };
  const tried = add(new RecordRows([projection]));
  const made = tried.spoilt ? add(tried.again()) : tried;
  // A record of the rejected topic already is where it would go.
  if (topic === topics.rejected || made.unprojectable.length === 0) return made;
  for (const { record, error } of made.unprojectable) {
    const reason = reasonOf(error);
    tally.reasons.push(reason);
    const position = { topic, partition: record.partition, offset: record.offset };
    tally.rejected.push({ key: record.key, value: rejection(record, position, reason) });
  }
  return made;
}
