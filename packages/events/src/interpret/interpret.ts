import type { DecodedForm } from "../form/form.ts";
import type { LogEvent } from "../log-event.ts";
import type { Envelope } from "../records.gen.ts";
import { families } from "./families.ts";
import { ShapeFault } from "./read.ts";

/**
 * The record of a genuine event: typed where its family is known, `other` where it is not, `rejected` with the reason where its
 * shape or a value's encoding is broken. `source` is the body less its secrets; a record can be interpreted again from it.
 */
export function interpret(envelope: Envelope, form: DecodedForm, source: Uint8Array): LogEvent {
  const fault = form.encodingFault;
  if (fault !== null) return { kind: "rejected", envelope, ...fault, position: null, source };
  const read = families.get(envelope.name);
  if (read === undefined) return { kind: "other", envelope, source };
  try {
    return { ...read(form.root.get("data")), envelope, source };
  } catch (error) {
    if (!(error instanceof ShapeFault)) throw error;
    return { kind: "rejected", envelope, reason: error.reason, detail: error.detail, position: null, source };
  }
}
