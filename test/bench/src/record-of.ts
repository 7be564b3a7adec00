import type { Entry } from "@portalstream/event-log";
import {
  decodeForm,
  type Envelope,
  encodeRecord,
  eventId,
  interpret,
  redactForm,
  topicOf,
} from "@portalstream/events";

export type TopicEntry = { topic: string; entry: Entry };

/** The record that ingest makes of this body, received 0.9 s after it was sent. */
export function recordOf(body: Buffer): TopicEntry {
  const form = decodeForm(body);
  const name = String(form.root.get("event"));
  const ts = String(form.root.get("ts"));
  const auth = form.root.get("auth");
  const [portal, domain] = auth instanceof Map ? [auth.get("member_id"), auth.get("domain")] : [];
  const occurredAt = Number(ts) * 1000;
  const envelope: Envelope = {
    eventId: eventId(String(portal), name, ts, form),
    portal: String(portal),
    application: "default",
    name,
    occurredAt,
    timed: true,
    receivedAt: occurredAt + 900,
    subscriptionId: String(form.root.get("event_handler_id")),
    domain: String(domain),
  };
  const safe = redactForm(body, form);
  const event = interpret(envelope, safe.form, safe.source);
  return { topic: topicOf(event), entry: { key: envelope.portal, value: encodeRecord(event) } };
}
