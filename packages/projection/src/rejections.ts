import { hash } from "node:crypto";
import type { Entry, EventLog, LogRecord, Position } from "@portalstream/event-log";
import { encodeRecord, RecordError, topics } from "@portalstream/events";
import { ProjectionFault } from "./projection-fault.ts";

/** Why a record cannot be projected: what reading it says, what its family lacks, or a defect of the projection. */
export const rejectionReasons = [
  "not_avro",
  "unknown_schema",
  "bad_record",
  "unidentified_message",
  "not_projectable",
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** Errors of other kinds have codes, too, which mean nothing here. */
export const reasonOf = (error: unknown): RejectionReason =>
  error instanceof RecordError || error instanceof ProjectionFault ? error.code : "not_projectable";

// A rejection must fit where the rejected record did. Where its source is cut, its position says where all of it lies.
const mostSourceBytes = 2 ** 20;
// What is appended at once may become one request, which a log bounds as it bounds a record.
const mostTogether = 2 ** 20;

/** Appends in pieces that any log takes. */
export async function appendRejections(log: EventLog, rejected: readonly Entry[]): Promise<void> {
  let [piece, bytes]: [Entry[], number] = [[], 0];
  for (const entry of rejected) {
    if (bytes + entry.value.length > mostTogether && piece.length > 0) {
      await log.append(topics.rejected, piece);
      [piece, bytes] = [[], 0];
    }
    piece.push(entry);
    bytes += entry.value.length;
  }
  if (piece.length > 0) await log.append(topics.rejected, piece);
}

/** The same record is rejected under the same id however often it is tried. */
export function rejection(record: LogRecord, position: Position, reason: RejectionReason): Uint8Array {
  const { topic, partition, offset } = position;
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
    reason,
    detail: "the record could not be projected",
    position,
    source: record.value.subarray(0, mostSourceBytes),
  });
}
