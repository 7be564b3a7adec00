import { decodeForm, fieldName } from "../form/decode-form.ts";
import { type DecodedForm, FormError } from "../form/form.ts";
import type { AnyRecord, LogEvent } from "../log-event.ts";
import { interpret } from "./interpret.ts";

/**
 * The record as today's interpreter understands its source, under the same envelope: what a corrected interpretation makes of
 * history. What holds no form stays as it is: registry records, and rejected ones that could not be projected.
 */
export function reinterpret(record: AnyRecord): AnyRecord {
  if (record.kind === "registration" || record.kind === "apiKey") return record;
  if (record.kind === "rejected" && record.position !== null) return record;
  const form = formOf(record);
  if (form === null) return record;
  // A field that was broken and secret is not in the source; what is left of the body would pass.
  if (record.kind === "rejected" && isEncodingFault(record.reason) && !holds(form, record.detail))
    return record;
  return interpret(record.envelope, form, record.source);
}

/** Null: nothing to read. Redaction leaves an empty body where secrets cannot be told from the rest. */
function formOf({ source }: LogEvent): DecodedForm | null {
  if (source.length === 0) return null;
  try {
    return decodeForm(
      Buffer.isBuffer(source) ? source : Buffer.from(source.buffer, source.byteOffset, source.byteLength),
    );
  } catch (error) {
    if (error instanceof FormError) return null;
    throw error;
  }
}

const isEncodingFault = (reason: string) =>
  reason === "invalid_percent_encoding" || reason === "invalid_utf8";

const holds = (form: DecodedForm, field: string) =>
  form.pairs.some(({ key }) => fieldName(key.text) === field);
