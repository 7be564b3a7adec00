import { hash } from "node:crypto";
import type { Consumer, Entry, EventLog, LogRecord } from "@portalstream/event-log";
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
  db: { insert(table: string, rows: Uint8Array<ArrayBuffer>): Promise<void> };
};

/** A batch is cut into slices, so that the rows of one are made while those of the one before are inserted. */
const sliceRecords = 16_000;
const batchBounds = { maxRecords: 4 * sliceRecords, maxBytes: 64 * 1024 * 1024 };

/**
 * Log to rows: decode, project, insert, and only then let the log save the progress. A record that cannot be projected goes to the
 * rejected topic with its position; a failure to write there, or to insert, fails the batch, which comes again.
 */
export function runProjection(projection: Projection, { log, db }: ProjectionWorld): Promise<Consumer> {
  const { name: group, topics: from } = projection;
  return log.consume({ group, topics: from, ...batchBounds }, async ({ topic, records }) => {
    const rejected: Entry[] = [];
    let inserted: Promise<unknown> = Promise.resolve();
    for (let start = 0; start < records.length; start += sliceRecords) {
      const rows = new Rows();
      for (const record of records.slice(start, start + sliceRecords)) {
        const rejection = projectRecord(projection, record, topic, rows);
        if (rejection !== null) rejected.push(rejection);
      }
      await inserted;
      inserted = Promise.all([...rows.tables()].map(([table, bytes]) => db.insert(table, bytes)));
    }
    await inserted;
    if (rejected.length > 0) await log.append(topics.rejected, rejected);
  });
}

/** Adds the record's rows; answers what to append to the rejected topic where it cannot be projected. */
function projectRecord(projection: Projection, record: LogRecord, topic: string, rows: Rows): Entry | null {
  const position = { topic, partition: record.partition, offset: record.offset };
  try {
    projection.project(decodeRecord(record.value), position, rows);
    return null;
  } catch (error) {
    // A record of the rejected topic already is where it would go.
    return topic === topics.rejected ? null : { key: record.key, value: rejection(record, position, error) };
  }
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
