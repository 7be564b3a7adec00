import { isUtf8 } from "node:buffer";
import type { EncodingFaultReason } from "./form.ts";

const plus = 0x2b;
const percent = 0x25;
const space = 0x20;

const hexDigit = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  const name = digit.toString(16);
  hexDigit[name.charCodeAt(0)] = digit;
  hexDigit[name.toUpperCase().charCodeAt(0)] = digit;
}

// Decoding is synchronous, so that one workspace serves every call.
const workspace = Buffer.allocUnsafeSlow(16 * 1024);

/** Takes note of the first fault. */
export type FaultSink = { reason: EncodingFaultReason | null };

/** Percent-decodes `body[start, end)` as PHP does (a stray % stays) and reads it as UTF-8 (with U+FFFD where it is none). */
export function decodeText(body: Buffer, start: number, end: number, faults: FaultSink): string {
  const out = end - start <= workspace.length ? workspace : Buffer.allocUnsafeSlow(end - start);
  let length = 0;
  let seen = 0;
  for (let at = start; at < end; at++) {
    let byte = body[at] ?? 0;
    if (byte === plus) byte = space;
    else if (byte === percent) {
      const high = at + 2 < end ? (hexDigit[body[at + 1] ?? 0] ?? -1) : -1;
      const low = at + 2 < end ? (hexDigit[body[at + 2] ?? 0] ?? -1) : -1;
      if (high < 0 || low < 0) faults.reason ??= "invalid_percent_encoding";
      else {
        byte = (high << 4) | low;
        at += 2;
      }
    }
    seen |= byte;
    out[length++] = byte;
  }
  if (seen < 0x80) return out.toString("latin1", 0, length);
  const text = out.toString("utf8", 0, length);
  if (faults.reason === null && text.includes("\ufffd") && !isUtf8(out.subarray(0, length))) {
    faults.reason = "invalid_utf8";
  }
  return text;
}
