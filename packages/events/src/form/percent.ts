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

const notAscii = 1;
const marked = 2;
const traitsOf = new Uint8Array(256).fill(notAscii, 0x80);
/** A text without any of these holds no link with a secret, no JSON text and nothing that is encoded further. */
export const marks: readonly number[] = Array.from('=%&"\\@/', (character) => character.charCodeAt(0));
for (const mark of marks) traitsOf[mark] = marked;

/** Takes note of the first fault, and of whether there were `marks`. */
export type DecodeNotes = { reason: EncodingFaultReason | null; marked: boolean };

/** Percent-decodes `body[start, end)` as PHP does (a stray % stays) and reads it as UTF-8 (with U+FFFD where it is none). */
export function decodeText(body: Buffer, start: number, end: number, notes: DecodeNotes): string {
  const out = end - start <= workspace.length ? workspace : Buffer.allocUnsafeSlow(end - start);
  let length = 0;
  let seen = 0;
  for (let at = start; at < end; at++) {
    let byte = body[at] ?? 0;
    if (byte === plus) byte = space;
    else if (byte === percent) {
      const high = at + 2 < end ? (hexDigit[body[at + 1] ?? 0] ?? -1) : -1;
      const low = at + 2 < end ? (hexDigit[body[at + 2] ?? 0] ?? -1) : -1;
      if (high < 0 || low < 0) notes.reason ??= "invalid_percent_encoding";
      else {
        byte = (high << 4) | low;
        at += 2;
      }
    }
    seen |= traitsOf[byte] ?? 0;
    out[length++] = byte;
  }
  if ((seen & marked) !== 0) notes.marked = true;
  if ((seen & notAscii) === 0) return out.toString("latin1", 0, length);
  const text = out.toString("utf8", 0, length);
  if (notes.reason === null && text.includes("\ufffd") && !isUtf8(out.subarray(0, length))) {
    notes.reason = "invalid_utf8";
  }
  return text;
}

/** Percent-decodes with one character a byte. */
export function decodeBytes(sent: Buffer): string {
  const out = sent.length <= workspace.length ? workspace : Buffer.allocUnsafeSlow(sent.length);
  let length = 0;
  for (let at = 0; at < sent.length; at++) {
    const byte = sent[at] ?? 0;
    const code = byte === percent ? hexAt(sent, at + 1) : -1;
    if (code >= 0) at += 2;
    out[length++] = code >= 0 ? code : byte === plus ? space : byte;
  }
  return out.toString("latin1", 0, length);
}

/** The byte that the two digits at `at` stand for; negative where there are none. */
export function hexAt(bytes: Buffer, at: number): number {
  if (at + 1 >= bytes.length) return -1;
  const high = hexDigit[bytes[at] ?? 0] ?? -1;
  const low = hexDigit[bytes[at + 1] ?? 0] ?? -1;
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}
