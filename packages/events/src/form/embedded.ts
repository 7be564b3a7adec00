import { addJsonSecrets } from "./json.ts";
import { innerLayer, isTooDeep, type Layer, layersOf, outerLayer } from "./layers.ts";
import { addLinkSecrets } from "./links.ts";
import { decodeBytes } from "./percent.ts";
import type { Span, SpanFinder } from "./span.ts";

/** Without any of these a text has no secret, however it is encoded. */
export const telling = /[=%"\\&@]|\/rest\/+(?:api\/+)?\d/i;
/** Without any of these a text has no encoding. */
export const escaped = /[%\\&]/;

export const addEmbeddedSecrets: SpanFinder = (text, spans) => {
  addLinkSecrets(text, spans);
  addJsonSecrets(text, spans);
};

const mostRounds = 4;

/**
 * A value as sent less what is found under any of its encodings; the same bytes where that is nothing. What is left may show
 * something again. Where it does so again and again, or is encoded too often to be looked at, nothing is left.
 */
export function blankValue(sent: Buffer, find: SpanFinder, onFound: (secret: string) => void): Buffer {
  let value = sent;
  for (let round = 0; round < mostRounds; round++) {
    const layers = layersOf(decodeBytes(value));
    if (isTooDeep(layers)) break;
    if (!layers.some((layer) => findsIn(layer, find))) return value;
    value = without(value, spansIn(value, find, onFound));
  }
  return Buffer.alloc(0);
}

export function findsIn(text: string, find: SpanFinder): boolean {
  const spans: Span[] = [];
  find(text, spans);
  return spans.length > 0;
}

/** In the bytes as sent. */
function spansIn(sent: Buffer, find: SpanFinder, onFound: (secret: string) => void): Span[] {
  const all: Span[] = [];
  for (let layer: Layer | null = outerLayer(sent); layer !== null; layer = innerLayer(layer)) {
    const spans: Span[] = [];
    find(layer.text, spans);
    for (const { from, to, put, secret } of spans) {
      all.push({ from: layer.starts[from] ?? 0, to: layer.ends[to - 1] ?? 0, put, secret });
      onFound(secret);
    }
  }
  return all.sort((one, other) => one.from - other.from || other.to - one.to);
}

/** `spans` are sorted, the longer first where two begin together. */
function without(sent: Buffer, spans: readonly Span[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { from, to, put } of spans) {
    if (from >= at) pieces.push(sent.subarray(at, from), Buffer.from(put));
    at = Math.max(at, to);
  }
  pieces.push(sent.subarray(at));
  return Buffer.concat(pieces);
}
