import { decodeRecord } from "../codec.ts";
import { decodeForm, holdsField } from "../form/decode-form.ts";
import { type DecodedForm, FormError } from "../form/form.ts";
import { redactForm } from "../form/redact.ts";
import { asBuffer } from "../framing.ts";
import type { AnyRecord, LogEvent } from "../log-event.ts";
import type { Envelope } from "../records.gen.ts";
import { interpret } from "./interpret.ts";
import { readSource } from "./read-source.ts";

/**
 * The record as today's interpreter understands its source, under the same envelope: what a corrected interpretation makes of
 * history. Secrets that an older program left in the source are removed; the id stays that of the envelope. What holds no form stays as it is: registry records, and rejected ones that could not be projected.
 */
export function reinterpret(record: AnyRecord): AnyRecord {
  if (record.kind === "registration" || record.kind === "apiKey") return record;
  if (record.kind === "rejected" && record.position !== null) return record;
  const form = formOf(record.source);
  if (form === null) return record;
  // A field that was broken and secret is not in the source; what is left of the body would pass.
  if (record.kind === "rejected" && isEncodingFault(record.reason) && !holdsField(form, record.detail))
    return { ...record, source: redactForm(asBuffer(record.source), form).source };
  return interpretClean(record.envelope, record.source, form);
}

/** `reinterpret` of a record as it is stored, with less to read. Throws RecordError. */
export function decodeAnew(bytes: Uint8Array): AnyRecord {
  const received = readSource(bytes);
  const form = received === null ? null : formOf(received.source);
  if (received === null || form === null) return reinterpret(decodeRecord(bytes));
  return interpretClean(received.envelope, received.source, form);
}

function interpretClean(envelope: Envelope, source: Uint8Array, form: DecodedForm): LogEvent {
  const clean = redactForm(asBuffer(source), form);
  return interpret(envelope, clean.form, clean.source);
}

/** Null: nothing to read. Redaction leaves an empty body where secrets cannot be told from the rest. */
function formOf(source: Uint8Array): DecodedForm | null {
  if (source.length === 0) return null;
  try {
    return decodeForm(asBuffer(source));
  } catch (error) {
    if (error instanceof FormError) return null;
    throw error;
  }
}

const isEncodingFault = (reason: string) =>
  reason === "invalid_percent_encoding" || reason === "invalid_utf8";
