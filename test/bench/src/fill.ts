import type { EventLog } from "@portalstream/event-log";
import {
  decodeForm,
  type Envelope,
  encodeRecord,
  eventId,
  interpret,
  redactForm,
  topicOf,
} from "@portalstream/events";
import { benchBodies, benchPortal } from "./bodies.ts";

const chunk = 5_000;

/** Writes `events` records of a thousand portals; every one is a different event. */
export async function fill(log: EventLog, events: number): Promise<void> {
  const bodies = benchBodies(20_000).map((body) => Buffer.from(body));
  const start = Date.UTC(2026, 0, 1);
  for (let from = 0; from < events; from += chunk) {
    const byTopic = new Map<string, { key: string; value: Uint8Array }[]>();
    for (let at = from; at < Math.min(events, from + chunk); at += 1) {
      const body = bodies[at % bodies.length] ?? Buffer.alloc(0);
      const round = Math.floor(at / bodies.length);
      const { form, source } = redactForm(body, decodeForm(body));
      const name = String(form.root.get("event"));
      const portal = `${benchPortal.slice(0, 24)}${String(round).padStart(8, "0")}`;
      const time = start + at * 1000;
      const envelope: Envelope = {
        eventId: eventId(portal, name, String(time / 1000), form),
        portal,
        application: "default",
        name,
        occurredAt: time,
        timed: true,
        receivedAt: time + 900,
        subscriptionId: "1",
        domain: "bench.bitrix24.com",
      };
      const event = interpret(envelope, form, source);
      const topic = topicOf(event);
      const entries = byTopic.get(topic) ?? [];
      entries.push({ key: portal, value: encodeRecord(event) });
      byTopic.set(topic, entries);
    }
    await Promise.all([...byTopic].map(([topic, entries]) => log.append(topic, entries)));
    if (from % 100_000 === 0) process.stderr.write(`\rfilled ${from} of ${events}`);
  }
}
