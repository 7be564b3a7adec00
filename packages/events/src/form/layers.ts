import { hexAt } from "./percent.ts";

/**
 * What was sent with some of its encodings taken off, one character a byte. Where `starts` and `ends` are, character i stands for
 * the bytes `[starts[i], ends[i])` of what was sent.
 */
export type Layer = { text: string; starts: Uint32Array; ends: Uint32Array };

const mostLayers = 8;

const percent = 0x25;
const plus = 0x2b;

/** The form's own encoding taken off. */
export function outerLayer(sent: Buffer): Layer {
  const starts = new Uint32Array(sent.length);
  const ends = new Uint32Array(sent.length);
  const out = Buffer.allocUnsafe(sent.length);
  let length = 0;
  for (let at = 0; at < sent.length; ) {
    const byte = sent[at] ?? 0;
    const code = byte === percent ? hexAt(sent, at + 1) : -1;
    starts[length] = at;
    at += code < 0 ? 1 : 3;
    ends[length] = at;
    out[length++] = code >= 0 ? code : byte === plus ? 0x20 : byte;
  }
  return { text: out.toString("latin1", 0, length), starts, ends };
}

/** One encoding less wherever there is one; null where there is none. */
export function innerLayer({ text, starts, ends }: Layer): Layer | null {
  const inner = { text: "", starts: new Uint32Array(text.length), ends: new Uint32Array(text.length) };
  let [length, from] = [0, 0];
  const keep = (to: number) => {
    inner.text += text.slice(from, to);
    inner.starts.set(starts.subarray(from, to), length);
    inner.ends.set(ends.subarray(from, to), length);
    length += to - from;
  };
  for (const match of text.matchAll(escapes)) {
    const end = match.index + match[0].length;
    const decoded = decodeEscape(match[0]);
    keep(match.index);
    inner.text += decoded;
    inner.starts.fill(starts[match.index] ?? 0, length, length + decoded.length);
    inner.ends.fill(ends[end - 1] ?? 0, length, length + decoded.length);
    length += decoded.length;
    from = end;
  }
  if (from === 0) return null;
  keep(text.length);
  return inner;
}

/** Percent signs, the escapes of JSON, and HTML's. No byte is written longer than its escape. */
const escapes =
  /%[\da-f]{2}|\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|\\u[\da-f]{4}|\\["\\/]|&(?:amp|quot|apos|lt|gt|#\d{2,7}|#x[\da-f]{2,6});/gi;
const hiding = /%[\da-f]{2}|\\u[\da-f]{4}|&(?:amp|#\d{2,7}|#x[\da-f]{2,6});/i;

/** `text` under each of its encodings, as it is first. */
export function layersOf(text: string): string[] {
  const layers = [text];
  for (let layer = text; layers.length < mostLayers; layers.push(layer)) {
    const inner = layer.replace(escapes, decodeEscape);
    if (inner === layer) break;
    layer = inner;
  }
  return layers;
}

/** Whether a text is encoded more often than it was looked at. Quotes and backslashes hide nothing but other such. */
export function isTooDeep(layers: readonly string[]): boolean {
  return layers.length === mostLayers && hiding.test(layers.at(-1) ?? "");
}

function decodeEscape(sequence: string): string {
  if (sequence.startsWith("%")) return String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
  if (sequence.startsWith("&")) return decodeEntity(sequence.slice(1, -1).toLowerCase());
  if (sequence.length === 2) return sequence.slice(1);
  return bytesOf(JSON.parse(`"${sequence.replaceAll("U", "u")}"`));
}

const entities = new Map([
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
  ["lt", "<"],
  ["gt", ">"],
]);

function decodeEntity(name: string): string {
  const named = entities.get(name);
  if (named !== undefined) return named;
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0x10ffff ? "?" : bytesOf(String.fromCodePoint(code));
}

/** UTF-8 with one character a byte. */
export const bytesOf = (text: string): string => Buffer.from(text).toString("latin1");
