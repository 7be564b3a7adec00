import { cut, cutRawTraces } from "./cut.ts";
import { decodeForm } from "./decode-form.ts";
import type { DecodedForm, EncodingFault, FormPair } from "./form.ts";
import { bytesOf, layersOf } from "./layers.ts";
import { type Finder, needleFinder, shortestNeedle } from "./needles.ts";
import { decodeBytes } from "./percent.ts";
import { addEmbeddedSecrets, blankValue, escaped, type SpanFinder, telling } from "./spans.ts";

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
  const encodingFault = safeFault(form.encodingFault, find);
  if (!quoted)
    return { source, form: encodingFault === form.encodingFault ? form : { ...form, encodingFault } };
  const read = source.length === 0 ? { pairs: [], root: new Map() } : decodeForm(source);
  return { source, form: { ...read, encodingFault } };
}

export function redact(body: Buffer, form: DecodedForm): Buffer {
  return redacted(body, form.pairs).source;
}

/** A field may be named by a secret. */
function safeFault(fault: EncodingFault | null, find: Finder | null): EncodingFault | null {
  if (fault === null || find === null || find.one(fault.detail) === null) return fault;
  return { ...fault, detail: "?" };
}

/** `quoted`: something else than a secret's own pair had to go. */
type Redacted = { source: Buffer; quoted: boolean; find: Finder | null };

function redacted(body: Buffer, pairs: readonly FormPair[]): Redacted {
  const needles = new Set<string>();
  const values = new Map<number, Buffer>();
  const removed: boolean[] = [];
  let isSecret = false;
  let isEscaped = false;
  for (const [index, pair] of pairs.entries()) {
    const { key, value, valueStart, end } = pair;
    removed.push(key.secret);
    if (key.secret) {
      isSecret = true;
      if (value.length >= shortestNeedle) addNeedles(needles, body.subarray(valueStart, end));
    } else if (pair.marked && telling.test(value)) {
      isEscaped ||= escaped.test(value);
      const sent = body.subarray(valueStart, end);
      const blanked = blankValue(sent, addEmbeddedSecrets, (secret) => addLayers(needles, secret));
      if (blanked !== sent) values.set(index, blanked);
    }
    isEscaped ||= key.escaped;
  }
  if (!isSecret && values.size === 0) return { source: body, quoted: false, find: null };
  const source = cut(body, pairs, removed, values);
  if (needles.size === 0) return { source, quoted: values.size > 0, find: null };
  const find = needleFinder(needles);
  const shown = find.one(decodeBytes(source)) ?? find.one(source.toString("latin1"));
  if (shown === null && !isEscaped) return { source, quoted: values.size > 0, find };
  return blankEverywhere(body, pairs, { removed, values, find });
}

/** What was secret, as it was sent and under each of its encodings. */
function addNeedles(needles: Set<string>, sent: Buffer): void {
  const raw = sent.toString("latin1");
  needles.add(raw);
  if (escapedOrPlus.test(raw)) addLayers(needles, decodeBytes(sent));
}

const escapedOrPlus = /[%\\&+]/;

function addLayers(needles: Set<string>, text: string): void {
  for (const layer of layersOf(text)) if (layer.length >= shortestNeedle) needles.add(layer);
}

type Found = { removed: boolean[]; values: Map<number, Buffer>; find: Finder };

/** Looks for known secrets in every key and value. */
function blankEverywhere(body: Buffer, pairs: readonly FormPair[], found: Found): Redacted {
  const { removed, values, find } = found;
  const quotes = (text: string) => layersOf(bytesOf(text)).some((layer) => find.one(layer) !== null);
  const search: SpanFinder = (text, spans) => {
    addEmbeddedSecrets(text, spans);
    for (const { from, to } of find.all(text)) spans.push({ from, to, put: "", secret: "" });
  };
  let quoted = values.size > 0;
  for (const [index, { key, valueStart, end }] of pairs.entries()) {
    if (removed[index]) continue;
    removed[index] = quotes(key.text);
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
