import { count, latin1Text, smallCount, table, text, time } from "@portalstream/clickhouse";
import type { LogEvent } from "@portalstream/events";
import type { RecordPosition, Rows } from "@portalstream/projection";

/** Greater than any offset, less than 2^53: the first delivery of an event has the greatest version. */
const firstOfAll = 2 ** 51;

export const eventsTable = table("events", [
  text("portal"),
  time("at"),
  text("event_id"),
  count("version"),
  text("name"),
  time("occurred_at"),
  time("received_at"),
  text("application"),
  text("topic"),
  smallCount("partition"),
  count("offset"),
  text("reason"),
  // Form bodies are ASCII; any other byte is kept as the character of its number, so that nothing is lost on the way.
  latin1Text("source"),
]);

/** A row of `events`. A rejected record gives way to the same event understood by newer code. */
export function addEvent(rows: Rows, event: LogEvent, { topic, partition, offset }: RecordPosition): void {
  const { envelope, source } = event;
  const rejected = event.kind === "rejected";
  rows.add(eventsTable, [
    envelope.portal,
    envelope.timed ? envelope.occurredAt : 0,
    envelope.eventId,
    firstOfAll - offset + (rejected ? 0 : firstOfAll),
    envelope.name,
    envelope.occurredAt,
    envelope.receivedAt,
    envelope.application,
    topic,
    partition,
    offset,
    rejected ? event.reason : "",
    source,
  ]);
}
