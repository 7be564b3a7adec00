import { decodeRecord, encodeRecord, type LogEvent } from "@portalstream/events";
import type { TellingRecord } from "../oracle/src/index.ts";

/** Records as the log would give them back. */
export function eventsOf(records: readonly TellingRecord[]): LogEvent[] {
  return records.map((record) => {
    const decoded = decodeRecord(encodeRecord(record));
    if (decoded.kind === "registration" || decoded.kind === "apiKey") throw new Error("not an event");
    return decoded;
  });
}
