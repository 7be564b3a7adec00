import type { DecodedForm } from "../form/form.ts";
import type { LogEvent } from "../log-event.ts";
import type { Envelope } from "../records.gen.ts";
import { families } from "./families.ts";
import { ShapeFault } from "./read.ts";
import { Side } from "./side.ts";

/**
 * The record of a genuine event: typed where its family is known, `other` where it is not, `rejected` with the reason where a field
 * that identity needs or a value's encoding is broken. Side fields of an unknown shape are left out and named in `drift`. `source` is
 * the body less its secrets; a record can be interpreted again from it.
 */
export function interpret(envelope: Envelope, form: DecodedForm, source: Uint8Array): LogEvent {
  const reject = (fault: { reason: string; detail: string }): LogEvent => ({
    kind: "rejected",
    envelope,
    reason: fault.reason,
    detail: fault.detail,
    position: null,
    source,
  });
  if (!envelope.timed && hasTime(form)) return reject({ reason: "invalid_time", detail: "ts" });
  const fault = form.encodingFault;
  if (fault !== null) return reject(fault);
  const read = families.get(envelope.name);
  if (read === undefined) return { kind: "other", envelope, source };
  const side = new Side();
  try {
    return { ...read(form.root.get("data"), side), envelope, drift: side.drift, source };
  } catch (error) {
    if (!(error instanceof ShapeFault)) throw error;
    return reject(error);
  }
}

/** Where the envelope was not timed by it, it is no time. */
function hasTime(form: DecodedForm): boolean {
  const ts = form.root.get("ts");
  return typeof ts === "string" && ts !== "";
}
