import type { LogEvent } from "@portalstream/events";
import type { RecordPosition, Rows } from "@portalstream/projection";

/** Greater than any offset, less than 2^53: the first delivery of an event has the greatest version. */
const firstOfAll = 2 ** 51;

/** A row of `events`. A rejected record gives way to the same event understood by newer code. */
export function addEvent(rows: Rows, event: LogEvent, { topic, partition, offset }: RecordPosition): void {
  const { envelope, source } = event;
  const rejected = event.kind === "rejected";
  // Form bodies are ASCII; any other byte is kept as the character of its number, so that nothing is lost on the way.
  rows.addWithBytes(
    "events",
    [
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
    ],
    source,
  );
}
