import { decodeForm } from "../src/form/decode-form.ts";
import { interpret } from "../src/interpret/interpret.ts";
import type { LogEvent } from "../src/log-event.ts";
import type { Envelope } from "../src/records.gen.ts";

const envelope = (name: string): Envelope => ({
  eventId: "e",
  portal: "p",
  application: "default",
  name,
  occurredAt: 1_790_000_000_000,
  timed: true,
  receivedAt: 1_790_000_000_500,
  subscriptionId: null,
  domain: null,
});

/** Interprets pairs of bracketed key and value under `data`. */
export function read(name: string, data: Readonly<Record<string, string>>): LogEvent {
  const body = new URLSearchParams(
    Object.entries(data).map(([key, value]): [string, string] => [`data${key}`, value]),
  ).toString();
  return interpret(envelope(name), decodeForm(Buffer.from(body)), Buffer.from(body));
}
