import type { EventLog } from "@portalstream/event-log";
import {
  decodeForm,
  type Envelope,
  encodeRecord,
  eventId,
  interpret,
  type LogEvent,
  redactForm,
  topicOf,
} from "@portalstream/events";
import { httpBuildQuery, type PhpMap, simulate } from "../../../test/simulator/src/index.ts";

/** The record that a body becomes, as ingest makes it. */
export function eventOf(text: string, portal = "portal-1", receivedAt = 1_790_000_000_500): LogEvent {
  const body = Buffer.from(text);
  const { form, source } = redactForm(body, decodeForm(body));
  const name = String(form.root.get("event")).toUpperCase();
  const ts = String(form.root.get("ts") ?? "");
  const timed = /^\d{1,10}$/.test(ts);
  const envelope: Envelope = {
    eventId: eventId(portal, name, ts, form),
    portal,
    application: "default",
    name,
    occurredAt: timed ? Number(ts) * 1000 : receivedAt,
    timed,
    receivedAt,
    subscriptionId: null,
    domain: null,
  };
  return interpret(envelope, form, source);
}

/** A customer's message; `id` is its connector's. */
export const customerSays = (id: string, text: string, more: PhpMap = {}): string =>
  httpBuildQuery({
    event: "ONOPENLINEMESSAGEADD",
    data: {
      DATA: {
        connector: { connector_id: "tg", line_id: 1, chat_id: `chat-${id.length % 3}`, user_id: 5 },
        message: { id, text },
      },
    },
    ts: String(
      1_790_000_000 + ([...id].reduce((sum, letter) => sum * 7 + letter.charCodeAt(0), 0) % 400_000),
    ),
    ...more,
  });

/** Some hours of a few portals: every family of events. */
export function simulatedEvents(seed: number, portals = 2, chatsPerPortal = 4): LogEvent[] {
  const startAt = new Date("2026-09-14T20:00:00Z");
  const history = simulate({ seed, portals, startAt, durationMinutes: 480, chatsPerPortal });
  return history.portals.flatMap(({ deliveries }) =>
    deliveries.map(({ body, portal }) => eventOf(body, portal)),
  );
}

/** One record after the other, so that offsets are the same in every log. */
export async function appendAll(log: EventLog, events: readonly LogEvent[]): Promise<void> {
  const byTopic = Map.groupBy(events, topicOf);
  for (const [topic, own] of byTopic)
    await log.append(
      topic,
      own.map((event) => ({ key: event.envelope.portal, value: encodeRecord(event) })),
    );
}
