import { type AnyRecord, decodeRecord, encodeRecord, type LogEvent } from "@portalstream/events";

/** Records as the log would give them back. */
export function eventsOf(records: readonly AnyRecord[]): LogEvent[] {
  return records.map((record) => {
    const decoded = decodeRecord(encodeRecord(record));
    if (decoded.kind === "registration" || decoded.kind === "apiKey") throw new Error("not an event");
    return decoded;
  });
}
