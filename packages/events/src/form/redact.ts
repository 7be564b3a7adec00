import { cut, cutRawTraces } from "./cut.ts";
import { decodeForm, holdsField } from "./decode-form.ts";
import { addEmbeddedSecrets, blankValue, escaped, telling } from "./embedded.ts";
import type { DecodedForm, FormPair } from "./form.ts";
import { bytesOf, layersOf } from "./layers.ts";
import { type Finder, needleFinder, shortestNeedle } from "./needles.ts";
import { decodeBytes } from "./percent.ts";
import type { SpanFinder } from "./span.ts";

/**
 * The bytes of the body less its secrets, nothing re-encoded, and the form that is read from them:
 *
 * - A pair whose key names a secret goes, and so does one whose key quotes a secret. All others stay, in their order.
 * - Of a link in a value the value of a secret parameter goes (`?auth=&x=1`), and so do `user:password@` before a host and the
 *   secret of a webhook's path (`/rest/1//`). The rest of the link stays. A parameter is a name and an equals sign after `?`, `&`,
 *   `#` or `;`, or before another parameter (`auth=…&x=1`), whether or not a scheme and a host come before it; it ends where a
 *   query's parameter, a quoted text, BB code or a line would. Punctuation at its end stays. Words such as `the code=42` are no link.
 * - Of a JSON text in a value the strings of secret names become empty, and the numbers 0.
 * - Both are looked for under every encoding of a value: as it is, and with percent signs, JSON's and HTML's escapes taken off again
 *   and again. What is encoded too often to be looked at becomes empty.
 * - What was secret in one place, and is long enough to be told from chance, goes wherever else it stands under any such encoding.
 *
 * Where this cannot be had, nothing remains.
 */
export function redactForm(body: Buffer, form: DecodedForm): { source: Buffer; form: DecodedForm } {
  const { source, quoted, find } = redacted(body, form.pairs);
  const fault = form.encodingFault;
  if (!quoted) return { source, form };
  const read = source.length === 0 ? noPairs : decodeForm(source);
  if (fault === null || holdsField(read, fault.detail)) return { source, form: read };
  // What was broken went with a secret, which may be the field's name.
  const detail = find !== null && find.one(fault.detail) !== null ? "?" : fault.detail;
  return { source, form: { ...read, encodingFault: { ...fault, detail } } };
}

const noPairs: DecodedForm = { pairs: [], root: new Map(), encodingFault: null };

export function redact(body: Buffer, form: DecodedForm): Buffer {
  return redacted(body, form.pairs).source;
}

/** `quoted`: something else than a secret's own pair had to go. */
type Redacted = { source: Buffer; quoted: boolean; find: Finder | null };
/** Where what is known to be secret was found so far. */
type Found = { removed: boolean[]; values: Map<number, Buffer>; needles: Set<string>; quoted: boolean };

function redacted(body: Buffer, pairs: readonly FormPair[]): Redacted {
  const found = blankEmbedded(body, pairs);
  const { removed, values, needles, quoted } = found;
  if (!quoted && !removed.includes(true)) return { source: body, quoted, find: null };
  const source = cut(body, pairs, removed, values);
  if (needles.size === 0) return { source, quoted, find: null };
  const find = needleFinder(needles);
  if (!isQuoted(body, source, pairs, found, find)) return { source, quoted, find };
  return blankQuotes(body, pairs, found, find);
}

/** Marks the secret pairs, blanks links and JSON texts in the others, and learns what is secret from both. */
function blankEmbedded(body: Buffer, pairs: readonly FormPair[]): Found {
  const found: Found = { removed: [], values: new Map(), needles: new Set(), quoted: false };
  const learn = (secret: string) => addLayers(found.needles, secret);
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index];
    if (pair === undefined) continue;
    const { key, value, marked, valueStart, end } = pair;
    found.removed.push(key.secret);
    found.quoted ||= key.quotes;
    if (key.secret) {
      if (value.length < shortestNeedle) continue;
      if (!marked && value.length === end - valueStart) found.needles.add(value);
      else addSent(found.needles, body.subarray(valueStart, end));
    } else if (marked && telling.test(value)) {
      const sent = body.subarray(valueStart, end);
      const blanked = blankValue(sent, addEmbeddedSecrets, learn);
      if (blanked === sent) continue;
      found.values.set(index, blanked);
      found.quoted = true;
    }
  }
  return found;
}

/** A secret as it was sent and under each of its encodings. */
function addSent(needles: Set<string>, sent: Buffer): void {
  needles.add(sent.toString("latin1"));
  addLayers(needles, decodeBytes(sent));
}

function addLayers(needles: Set<string>, text: string): void {
  for (const layer of layersOf(text)) if (layer.length >= shortestNeedle) needles.add(layer);
}

/** Whether what is secret may stand anywhere in what is left. */
function isQuoted(
  body: Buffer,
  source: Buffer,
  pairs: readonly FormPair[],
  found: Found,
  find: Finder,
): boolean {
  if (find.one(source.toString("latin1")) !== null) return true;
  if (!find.plain && find.one(decodeBytes(source)) !== null) return true;
  const { removed, values } = found;
  const shows = (text: string) => layersOf(text).some((layer) => find.one(layer) !== null);
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index];
    if (pair === undefined || removed[index]) continue;
    const { key, value, marked, valueStart, end } = pair;
    if (!key.plain && shows(bytesOf(key.text))) return true;
    const blanked = values.get(index);
    if (blanked !== undefined || (marked && escaped.test(value))) {
      if (shows(decodeBytes(blanked ?? body.subarray(valueStart, end)))) return true;
    } else if (value.length >= shortestNeedle && value.length !== end - valueStart) {
      if (find.one(value) !== null) return true;
    }
  }
  return false;
}

/** Looks for what is secret in every key and value that is left. */
function blankQuotes(body: Buffer, pairs: readonly FormPair[], found: Found, find: Finder): Redacted {
  const { removed, values } = found;
  const search: SpanFinder = (text, spans) => {
    addEmbeddedSecrets(text, spans);
    for (const { from, to } of find.all(text)) spans.push({ from, to, put: "", secret: "" });
  };
  let { quoted } = found;
  for (const [index, { key, valueStart, end }] of pairs.entries()) {
    if (removed[index]) continue;
    removed[index] = layersOf(bytesOf(key.text)).some((layer) => find.one(layer) !== null);
    const sent = values.get(index) ?? body.subarray(valueStart, end);
    const blanked = removed[index] ? sent : blankValue(sent, search, () => {});
    if (blanked !== sent) values.set(index, blanked);
    quoted ||= removed[index] || blanked !== sent;
  }
  const source = cut(body, pairs, removed, values);
  if (find.one(source.toString("latin1")) === null) return { source, quoted, find };
  const blanked = cut(body, pairs, [], values);
  return { source: cutRawTraces(blanked, decodeForm(blanked).pairs, removed, find), quoted: true, find };
}
