import { decodeRecord } from "../codec.ts";
import { decodeForm, fieldName } from "../form/decode-form.ts";
import { type DecodedForm, FormError } from "../form/form.ts";
import { asBuffer } from "../framing.ts";
import type { AnyRecord } from "../log-event.ts";
import { interpret } from "./interpret.ts";
import { readSource } from "./read-source.ts";

/**
 * The record as today's interpreter understands its source, under the same envelope: what a corrected interpretation makes of
 * history. What holds no form stays as it is: registry records, and rejected ones that could not be projected.
 */
export function reinterpret(record: AnyRecord): AnyRecord {
  if (record.kind === "registration" || record.kind === "apiKey") return record;
  if (record.kind === "rejected" && record.position !== null) return record;
  const form = formOf(record.source);
  if (form === null) return record;
  // A field that was broken and secret is not in the source; what is left of the body would pass.
  if (record.kind === "rejected" && isEncodingFault(record.reason) && !holds(form, record.detail))
    return record;
  return interpret(record.envelope, form, record.source);
}

/** `reinterpret` of a record as it is stored, with less to read. Throws RecordError. */
export function decodeAnew(bytes: Uint8Array): AnyRecord {
  const received = readSource(bytes);
  const form = received === null ? null : formOf(received.source);
  if (received === null || form === null) return reinterpret(decodeRecord(bytes));
  return interpret(received.envelope, form, received.source);
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

const holds = (form: DecodedForm, field: string) =>
  form.pairs.some(({ key }) => fieldName(key.text) === field);
