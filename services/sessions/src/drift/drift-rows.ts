import { table, text, time } from "@portalstream/clickhouse";
import type { Envelope } from "@portalstream/events";
import type { Rows } from "@portalstream/projection";

export const driftTable = table("drift", [
  text("portal"),
  text("event_name"),
  text("path"),
  text("event_id"),
  time("at"),
]);

/** The side fields of an event that had an unknown shape and were left out. */
export function addDrift(rows: Rows, envelope: Envelope, drift: readonly string[]): void {
  for (const path of drift)
    rows.once(driftTable, [envelope.portal, envelope.name, path, envelope.eventId, envelope.occurredAt]);
}
