import { type AnyRecord, decodeRecord, encodeRecord, type LogEvent } from "@portalstream/events";
import type { TellingRecord } from "../oracle/src/index.ts";

/** Records as the log would give them back. */
export function eventsOf(records: readonly TellingRecord[]): LogEvent[] {
  return records.map((record) => {
    const decoded = decodeRecord(encodeRecord(recordOfToday(record)));
    if (decoded.kind === "registration" || decoded.kind === "apiKey") throw new Error("not an event");
    return decoded;
  });
}

/** Records of the present schema have no place for a session's external chat: a dialog's stands where the Bitrix24 chat does. */
function recordOfToday(record: TellingRecord): AnyRecord {
  if (record.kind !== "session") return record;
  const sessions = record.sessions.map((session) => ({
    ...session,
    bitrixChatId: session.bitrixChatId ?? session.externalChatId ?? "",
  }));
  return { ...record, sessions };
}
