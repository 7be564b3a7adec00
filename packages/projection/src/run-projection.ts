import type { Batch, Consumer, Entry, EventLog, LogRecord } from "@portalstream/event-log";
import { type AnyRecord, decodeRecord, topics } from "@portalstream/events";
import { appendRejections, rejection } from "./rejections.ts";
import { Rows } from "./rows.ts";

/** Where a record lies in the log; every fact row carries it. */
export type RecordPosition = { topic: string; partition: number; offset: number };

/** What a service makes of records: pure, so that replaying a record makes the same rows. */
export type Projection = {
  /** The consumer group, too. */
  name: string;
  topics: readonly string[];
  /** All that it writes; no other projection writes them. */
  tables: readonly string[];
  project(record: AnyRecord, position: RecordPosition, rows: Rows): void;
};

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
      rejected: readonly string[];
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
  db: { insert(table: string, rows: Uint8Array<ArrayBuffer>): Promise<void> };
  observe: (what: ProjectionObservation) => void;
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
  const onError = (error: unknown, at: RecordPosition) =>
    world.observe({ kind: "failure", projection: name, at, error });
  return world.log.consume({ group: name, topics: from, ...batchBounds, onError }, (batch) =>
    projectBatch(projection, world, batch),
  );
}

async function projectBatch(projection: Projection, world: ProjectionWorld, batch: Batch): Promise<void> {
  const { topic, partition, records } = batch;
  const started = performance.now();
  const tally: Tally = { rejected: [], reasons: [], oldest: Number.POSITIVE_INFINITY };
  let inserted: Promise<unknown> = Promise.resolve();
  for (let start = 0; start < records.length; start += sliceRecords) {
    const rows = new Rows();
    for (const record of records.slice(start, start + sliceRecords))
      projectRecord(projection, record, topic, rows, tally);
    await inserted;
    inserted = insertAll(projection.name, world, batch, rows);
  }
  await inserted;
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
  const inserting = [...rows.tables()].map(async ([table, bytes]) => {
    const [started, size] = [performance.now(), bytes.length];
    await db.insert(table, bytes);
    const seconds = (performance.now() - started) / 1000;
    observe({ kind: "insert", projection, topic, partition, table, bytes: size, seconds });
  });
  const all = Promise.all(inserting);
  // Awaited only after the next slice is built: until then nobody else would hear of a failure.
  all.catch(() => {});
  return all;
}

type Tally = { rejected: Entry[]; reasons: string[]; oldest: number };

/** Adds the record's rows, or to the tally what is to be appended to the rejected topic. */
function projectRecord(
  projection: Projection,
  record: LogRecord,
  topic: string,
  rows: Rows,
  tally: Tally,
): void {
  const position = { topic, partition: record.partition, offset: record.offset };
  try {
    const decoded = decodeRecord(record.value);
    projection.project(decoded, position, rows);
    if ("envelope" in decoded) tally.oldest = Math.min(tally.oldest, decoded.envelope.receivedAt);
  } catch (error) {
    // A record of the rejected topic already is where it would go.
    if (topic === topics.rejected) return;
    const reason = reasonOf(error);
    tally.reasons.push(reason);
    tally.rejected.push({ key: record.key, value: rejection(record, position, reason) });
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "not_projectable";
