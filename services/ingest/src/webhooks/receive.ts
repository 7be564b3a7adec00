import type { EventLog } from "@portalstream/event-log";
import {
  type DecodedForm,
  decodeForm,
  type Envelope,
  encodeRecord,
  eventId,
  FormError,
  interpret,
  type LogEvent,
  redactForm,
  topicOf,
} from "@portalstream/events";
import { Problem } from "@portalstream/runtime";
import type { Enrolment } from "../registry/enrolments.ts";
import type { Registry } from "../registry/registry.ts";
import { authenticate } from "./authenticate.ts";
import { type Refusal, refuse } from "./refusals.ts";

export type Receiver = { log: EventLog; registry: Registry; now: () => number };
/** `appendedFrom`: performance.now() when it was handed to the log. */
export type Accepted = { event: LogEvent; topic: string; appendedFrom: number };

/**
 * One webhook: decode, verify, redact, interpret, append. Resolves when the event is durable. Rejects with the Problem to answer
 * with (nothing was kept), or with the log's error (nothing is promised).
 */
export async function receive(body: Buffer, application: string | null, to: Receiver): Promise<Accepted> {
  const form = decode(body);
  const name = nameOf(form);
  // Refused before anything else is done where they are no texts.
  textAt(form, "ts");
  textAt(form, "event_handler_id");
  const enrolment = await enrolmentOf(form, name, to, application);
  const event = eventOf(body, form, enrolment, to.now());
  const topic = topicOf(event);
  const entry = { key: event.envelope.portal, value: encodeRecord(event) };
  const appendedFrom = performance.now();
  await to.log.append(topic, [entry]);
  return { event, topic, appendedFrom };
}

/** What an enrolment may have changed since. */
const mended: readonly string[] = ["unknown_portal", "wrong_token"] satisfies Refusal[];

/** Another process may have enrolled the portal a moment ago. */
async function enrolmentOf(
  form: DecodedForm,
  name: string,
  { registry, now }: Receiver,
  application: string | null,
): Promise<Enrolment> {
  try {
    return authenticate(form, name, registry, application, now());
  } catch (error) {
    const enrolled = error instanceof Problem && mended.includes(error.code) && (await registry.lookAgain());
    if (!enrolled) throw error;
    return authenticate(form, name, registry, application, now());
  }
}

function decode(body: Buffer): DecodedForm {
  try {
    return decodeForm(body);
  } catch (error) {
    if (error instanceof FormError) throw refuse(error.code);
    throw error;
  }
}

function textAt(form: DecodedForm, key: string): string {
  const value = form.root.get(key);
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  throw refuse("text_expected");
}

function nameOf(form: DecodedForm): string {
  const name = textAt(form, "event").toUpperCase();
  if (name === "") throw refuse("missing_event");
  return name;
}

function eventOf(
  body: Buffer,
  received: DecodedForm,
  { portal, application }: Enrolment,
  receivedAt: number,
): LogEvent {
  const safe = redactForm(body, received);
  // Where no form is left, what was received still says what the event is.
  const form = safe.source.length === 0 ? received : safe.form;
  const name = nameOf(form);
  const ts = textAt(form, "ts");
  const subscriptionId = textAt(form, "event_handler_id");
  const auth = form.root.get("auth");
  const domain = auth instanceof Map ? auth.get("domain") : undefined;
  const timed = /^\d{1,10}$/.test(ts);
  const envelope: Envelope = {
    eventId: eventId(portal, name, ts, form),
    portal,
    application,
    name,
    occurredAt: timed ? Number(ts) * 1000 : receivedAt,
    timed,
    receivedAt,
    subscriptionId: subscriptionId === "" ? null : subscriptionId,
    domain: typeof domain === "string" && domain !== "" ? domain : null,
  };
  return interpret(envelope, safe.form, safe.source);
}
