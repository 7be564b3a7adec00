import { giveBack } from "@portalstream/clickhouse";
import type { Batch, Consumer, Entry, EventLog, LogRecord } from "@portalstream/event-log";
import { topics } from "@portalstream/events";
import { InsertQueue } from "./insert-queue.ts";
import type { Projection, RecordPosition } from "./projection.ts";
import { RecordRows, type RecordRowsOptions } from "./record-rows.ts";
import { appendRejections, type RejectionReason, reasonOf, rejection } from "./rejections.ts";
import { KnownRows, type Rows } from "./rows.ts";
import { Backlog, type BacklogRules, backlogRules } from "./state/backlog.ts";
import type { ChatFacts } from "./state/chat-facts.ts";
import { readGeneration } from "./state/generation.ts";
import type { Writers } from "./state/load-portals.ts";
import { PendingFolds } from "./state/pending-folds.ts";
import type { StateDb } from "./state/state-db.ts";
import { StateFold } from "./state/state-fold.ts";

/** What metrics and log lines tell of. `fold`: facts of a backlog whose chats were folded. `freshSeconds`: from the oldest record's reception until its rows were in; null = not an event. */
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
  | { kind: "fold"; projection: string; facts: number }
  | { kind: "failure"; projection: string; at: RecordPosition | null; error: unknown };

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
  /** When state is left for later (default: `backlogRules`). */
  backlog?: BacklogRules;
  /** Of a batch (default 64,000). */
  maxRecords?: number;
};

/** A batch is cut into slices, so that the rows of one are made while those of the one before are inserted. */
const sliceRecords = 16_000;
const batchBounds = { maxRecords: 4 * sliceRecords, maxBytes: 64 * 1024 * 1024 };

/**
 * Log to rows: decode, project, insert, and only then let the log save the progress. A record that cannot be projected goes to the
 * rejected topic with its position; a failure to write there, or to insert, fails the batch, which comes again.
 */
export async function runProjection(projection: Projection, world: ProjectionWorld): Promise<Consumer> {
  const { name, topics: from } = projection;
  const { log, writers, observe } = world;
  const inserts = new InsertQueue(world.db);
  const db: StateDb = {
    insert: (table, rows) => inserts.insert(table, rows),
    lines: (sql, params) => world.db.lines(sql, params),
  };
  const backlog = new Backlog({
    fold: new StateFold({
      db,
      layout: projection.state,
      tableOf: (table) => table,
      generation: () => readGeneration(db, name),
      writers,
    }),
    pending: new PendingFolds(db, name),
    rules: world.backlog ?? backlogRules,
    ...{ log, writers, group: name, topics: from },
    onFolded: (facts) => observe({ kind: "fold", projection: name, facts }),
    onError: (error) => observe({ kind: "failure", projection: name, at: null, error }),
  });
  const onError = (error: unknown, at: RecordPosition) =>
    observe({ kind: "failure", projection: name, at, error });
  const bounds = { ...batchBounds, maxRecords: world.maxRecords ?? batchBounds.maxRecords };
  const run: Run = { projection, world: { ...world, db }, backlog, known: new KnownRows() };
  const consumer = await log.consume({ group: name, topics: from, ...bounds, onError }, (batch, signal) =>
    projectBatch(run, batch, signal),
  );
  backlog.start();
  return {
    stop: async () => {
      await Promise.all([consumer.stop(), backlog.stop()]);
    },
  };
}

type Run = { projection: Projection; world: ProjectionWorld; backlog: Backlog; known: KnownRows };

async function projectBatch(run: Run, batch: Batch, signal: AbortSignal): Promise<void> {
  const { projection, world, backlog, known } = run;
  const { topic, partition, records } = batch;
  const started = performance.now();
  const below = world.reinterpretBelow?.(topic, partition) ?? 0;
  const tally: Tally = { rejected: [], reasons: [], oldest: Number.POSITIVE_INFINITY };
  const leavesState = await backlog.leavesState(batch);
  const chatFacts: ChatFacts[] = [];
  const chatPortals = new Set<string>();
  let inserted: Promise<unknown> = Promise.resolve();
  for (let start = 0; start < records.length; start += sliceRecords) {
    const slice = records.slice(start, start + sliceRecords);
    const made = projectSlice(projection, slice, { topic, below, keepsFacts: !leavesState, known }, tally);
    for (const one of made.chatFacts.get(projection.name) ?? []) chatFacts.push(one);
    for (const portal of made.chatPortals) chatPortals.add(portal);
    await inserted;
    inserted = insertAll(run, batch, made.rows);
  }
  if (leavesState) {
    await inserted;
    await backlog.leave(partition, [...chatPortals], signal);
  } else await backlog.apply(partition, chatFacts, inserted, signal);
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
  { projection: { name: projection }, world: { db, observe }, known }: Run,
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
  const all = Promise.all(inserting).then(() => known.add(rows));
  // Awaited only after the next slice is built: until then nobody else would hear of a failure.
  all.catch(() => {});
  return all;
}

type Tally = { rejected: Entry[]; reasons: RejectionReason[]; oldest: number };

/** What is made of the records; to the tally goes what is to be appended to the rejected topic. */
function projectSlice(
  projection: Projection,
  records: readonly LogRecord[],
  { topic, below, ...options }: { topic: string; below: number } & RecordRowsOptions,
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
  const tried = add(new RecordRows([projection], options));
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
