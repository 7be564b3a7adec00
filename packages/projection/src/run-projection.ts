import { hash } from "node:crypto";
import type { ClickHouse } from "@portalstream/clickhouse";
import type { Batch, Consumer, EventLog, LogRecord } from "@portalstream/event-log";
import { type AnyRecord, decodeRecord, encodeRecord, topics } from "@portalstream/events";
import { Rows } from "./rows.ts";

/** Where a record lies in the log; every fact row carries it. */
export type RecordPosition = { topic: string; partition: number; offset: number };

/** What a service makes of records: pure, so that replaying a record makes the same rows. */
export type Projection = {
  /** The consumer group, too. */
  name: string;
  topics: readonly string[];
  project(record: AnyRecord, position: RecordPosition, rows: Rows): void;
};

export type ProjectionWorld = {
  log: EventLog;
  db: Pick<ClickHouse, "insert">;
  onBatch?: (report: BatchReport) => void;
};
export type BatchReport = {
  projection: string;
  topic: string;
  partition: number;
  next: number;
  records: number;
  rejected: number;
};

/**
 * Log to rows: decode, project, insert, and only then let the log save the progress. A record that cannot be projected goes to the
 * rejected topic with its position; a failure to write there, or to insert, fails the batch, which comes again.
 */
export function runProjection(
  projection: Projection,
  { log, db, onBatch }: ProjectionWorld,
): Promise<Consumer> {
  return log.consume({ group: projection.name, topics: projection.topics }, async (batch) => {
    const rows = new Rows();
    const rejected = projectBatch(projection, batch, rows);
    await Promise.all([...rows.tables()].map(([table, bytes]) => db.insert(table, bytes)));
    if (rejected.length > 0) await log.append(topics.rejected, rejected);
    const { topic, partition, records } = batch;
    const next = (records.at(-1)?.offset ?? 0) + 1;
    onBatch?.({
      projection: projection.name,
      topic,
      partition,
      next,
      records: records.length,
      rejected: rejected.length,
    });
  });
}

function projectBatch(projection: Projection, { topic, partition, records }: Batch, rows: Rows) {
  const rejected: { key: string; value: Uint8Array }[] = [];
  for (const record of records) {
    const position = { topic, partition, offset: record.offset };
    try {
      projection.project(decodeRecord(record.value), position, rows);
    } catch (error) {
      // A record of the rejected topic already is where it would go.
      if (topic !== topics.rejected)
        rejected.push({ key: record.key, value: rejection(record, position, error) });
    }
  }
  return rejected;
}

/** The same record is rejected under the same id however often it is tried. */
function rejection(record: LogRecord, position: RecordPosition, error: unknown): Uint8Array {
  const { topic, partition, offset } = position;
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string"
      ? error.code
      : "not_projectable";
  return encodeRecord({
    kind: "rejected",
    envelope: {
      eventId: hash("sha256", `${topic}/${partition}/${offset}`),
      portal: record.key,
      application: "",
      name: "",
      occurredAt: record.timestamp,
      timed: false,
      receivedAt: record.timestamp,
      subscriptionId: null,
      domain: null,
    },
    reason: code,
    detail: "the record could not be projected",
    position,
    source: record.value,
  });
}
