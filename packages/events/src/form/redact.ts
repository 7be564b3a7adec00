import { decodeForm } from "./decode-form.ts";
import type { DecodedForm, FormPair } from "./form.ts";
import { type Finder, needleFinder, shortestNeedle } from "./needles.ts";

const ampersand = 0x26;
const maxRounds = 16;

/**
 * The bytes of the body less its secret pairs, nothing re-encoded. A secret long enough to be told from chance is
 * looked for in all that remains, and what holds it goes as well. Where that cannot be had, nothing remains.
 */
export function redact(body: Buffer, form: DecodedForm): Buffer {
  return redacted(body, form).source;
}

/** The form with it, less what quotes a secret: what is read from it may be kept. */
export function redactForm(body: Buffer, form: DecodedForm): { source: Buffer; form: DecodedForm } {
  const { source, quoted } = redacted(body, form);
  // A form that cannot be read is told of by the name of a field alone.
  if (!quoted || form.encodingFault !== null) return { source, form };
  return { source, form: source.length === 0 ? { ...form, pairs: [], root: new Map() } : decodeForm(source) };
}

/** `quoted`: something else than a secret's own pair had to go. */
function redacted(body: Buffer, { pairs }: DecodedForm): { source: Buffer; quoted: boolean } {
  const secret = pairs.filter((pair) => pair.key.secret);
  if (secret.length === 0) return { source: body, quoted: false };
  const find = needleFinder(longSecrets(body, secret));
  let quoted = false;
  const removed = pairs.map((pair) => {
    if (pair.key.secret) return true;
    const quotes = find(pair.value) !== null || find(pair.key.text) !== null;
    quoted ||= quotes;
    return quotes;
  });
  const remains = cut(body, pairs, removed);
  if (find(remains.toString("latin1")) === null) return { source: remains, quoted };
  return { source: cutRawTraces(body, pairs, removed, find), quoted: true };
}

/** Each long secret as text and as it was sent, and with one character a byte, as raw bytes are searched. */
function longSecrets(body: Buffer, secret: readonly FormPair[]): Set<string> {
  const needles = new Set<string>();
  for (const { value, start, end } of secret) {
    if (value.length < shortestNeedle) continue;
    needles.add(value);
    const sent = body.toString("latin1", start, end);
    if (sent.endsWith(value)) continue;
    needles.add(sent.slice(sent.indexOf("=") + 1)).add(Buffer.from(value).toString("latin1"));
  }
  return needles;
}

/** For secrets that show only undecoded, or only where removal has brought pairs together. */
function cutRawTraces(
  body: Buffer,
  pairs: readonly FormPair[],
  gone: readonly boolean[],
  find: Finder,
): Buffer {
  const removed = pairs.map(
    ({ start, end }, index) => gone[index] === true || find(body.toString("latin1", start, end)) !== null,
  );
  for (let round = 0; round < maxRounds; round++) {
    const remains = cut(body, pairs, removed);
    const hit = find(remains.toString("latin1"));
    if (hit === null) return remains;
    let shift = 0;
    pairs.forEach(({ start, end }, index) => {
      if (removed[index]) shift += end + 1 - start;
      else if (start - shift < hit.to && end - shift > hit.from) removed[index] = true;
    });
  }
  return Buffer.alloc(0);
}

/** A removed pair takes the separator after it along, the last one that before it. */
function cut(body: Buffer, pairs: readonly FormPair[], removed: readonly boolean[]): Buffer {
  const out = Buffer.allocUnsafe(body.length);
  let length = 0;
  let from = 0;
  pairs.forEach(({ start, end }, index) => {
    if (!removed[index]) return;
    length += body.copy(out, length, from, start);
    from = Math.min(end + 1, body.length);
    if (end === body.length && out[length - 1] === ampersand) length--;
  });
  length += body.copy(out, length, from);
  return out.subarray(0, length);
}
