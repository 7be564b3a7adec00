import { layersOf } from "./layers.ts";
import { isAuthName, isSecretParameter } from "./secrets.ts";
import type { Span } from "./span.ts";

const member = /"((?:[^"\\]|\\u[\da-f]{4}){1,100})"[\0- ]*:[\0- ]*/gi;
const number = /-?\d[\d.eE+-]*/y;

/**
 * Secrets of whatever looks like JSON, whole or cut short: after a name in quotes and a colon. A string becomes empty and a number
 * 0; of a list or a map all strings and numbers do, except that `auth` may be a map of harmless things as well.
 */
export function addJsonSecrets(text: string, spans: Span[]): void {
  if (!text.includes('"')) return;
  member.lastIndex = 0;
  for (let match = member.exec(text); match !== null; match = member.exec(text)) {
    const [whole, name = ""] = match;
    const at = match.index + whole.length;
    const layers = [...layersOf(name)];
    const isMap = text[at] === "{" || text[at] === "[";
    if (layers.some(isSecretParameter) && !(isMap && layers.some(isAuthName)))
      member.lastIndex = isMap ? addBelow(text, at, spans) : addLeaf(text, at, spans);
    // The quote that ends this text may begin the next one.
    else member.lastIndex = match.index + name.length + 1;
  }
}

/** Answers where the map or list that begins at `start` ends. */
function addBelow(text: string, start: number, spans: Span[]): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const character = text[at];
    if (character === "{" || character === "[") depth++;
    if ((character === "}" || character === "]") && --depth === 0) return at + 1;
    at = Math.max(at + 1, addLeaf(text, at, spans));
  }
  return text.length;
}

/** Answers where the string or number at `start` ends; `start` where there is none. */
function addLeaf(text: string, start: number, spans: Span[]): number {
  if (text[start] !== '"') {
    number.lastIndex = start;
    const digits = number.exec(text)?.[0] ?? "";
    if (digits !== "" && digits !== "0")
      spans.push({ from: start, to: start + digits.length, put: "0", secret: digits });
    return start + digits.length;
  }
  let to = start + 1;
  while (to < text.length && text[to] !== '"') to += text[to] === "\\" ? 2 : 1;
  to = Math.min(to, text.length);
  // A name is no secret, and without it this would be no JSON.
  if (!isName(text, to + 1) && to > start + 1)
    spans.push({ from: start + 1, to, put: "", secret: text.slice(start + 1, to) });
  return Math.min(to + 1, text.length);
}

const colon = /[\0- ]*:/y;

function isName(text: string, at: number): boolean {
  colon.lastIndex = at;
  return colon.test(text);
}
