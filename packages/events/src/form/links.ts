import { layersOf } from "./layers.ts";
import { isSecretParameter } from "./secrets.ts";
import type { Span } from "./span.ts";

// Texts are looked at byte by byte: all above ASCII is part of a word.
const parameter = /[?&#;]([^\0- ?&#;="'<>\\]+)=/g;
/** The beginning of a query without its question mark: `name=…&name=`. */
const firstParameter =
  /(?<![^\0- "'<>([])([^\0- ?&#;="'<>\\([]{1,100})=(?=[^\0- &"'<>([]*&[^\0- &="'<>]{1,100}=)/g;
const valuePart = /[^\0- &#"'<>[\]\\]*/y;
/** A quote that encloses nothing, and a backslash that encodes nothing which may end the value. */
const partOfValue = /'(?![\0- >)\],;}.]|$)|\\(?!\\{0,99}["nrtu])/y;
const userInfo = /\/\/([^\0- /?#"'<>\\[\]@:]*:[^\0- /?#"<>\\[\]]*)@/g;
const webhook = /\/rest\/+\d{1,20}\/([^\0- /?&#"'<>\\[\]]+)/gi;
/** Others have paths of this kind, too: only what looks generated is a secret. */
const newerWebhook = /\/rest\/+api\/+\d{1,20}\/((?=[a-z]*\d)[a-z\d]{8,}|[a-z]{16,})(?![a-z\d])/gi;

/** Secrets of whatever looks like a link, by the rules that `redact` tells. */
export function addLinkSecrets(text: string, spans: Span[]): void {
  if (text.includes("=")) {
    addParameters(parameter, text, spans);
    if (text.includes("&")) addParameters(firstParameter, text, spans);
  }
  if (!text.includes("/")) return;
  eachMatch(userInfo, text, (user, to) => {
    spans.push({ from: to - user.length - 1, to, put: "", secret: user.slice(user.indexOf(":") + 1) });
    return to;
  });
  const addSegment = (segment: string, end: number) => {
    addTrimmed(text, end - segment.length, end, spans);
    return end;
  };
  eachMatch(webhook, text, addSegment);
  eachMatch(newerWebhook, text, addSegment);
}

function addParameters(pattern: RegExp, text: string, spans: Span[]): void {
  eachMatch(pattern, text, (name, from) => {
    if (!layersOf(name).some(isSecretParameter)) return from;
    const end = endOfValue(text, from);
    addTrimmed(text, from, end, spans);
    return end;
  });
}

function endOfValue(text: string, from: number): number {
  for (let at = from; ; at++) {
    valuePart.lastIndex = at;
    at += valuePart.exec(text)?.[0].length ?? 0;
    partOfValue.lastIndex = at;
    if (!partOfValue.test(text)) return at;
  }
}

/** `take` is given what the pattern captures and where its match ends, and answers where to go on. A fraction of the cost of matchAll. */
function eachMatch(pattern: RegExp, text: string, take: (part: string, end: number) => number): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
    pattern.lastIndex = take(match[1] ?? "", pattern.lastIndex);
}

const punctuation = ".,;:!?)}\\";

/** Punctuation at the end belongs to the words around the link, and a backslash to what comes after. */
function addTrimmed(text: string, from: number, end: number, spans: Span[]): void {
  let to = end;
  while (to > from && punctuation.includes(text[to - 1] ?? "")) to--;
  if (to > from) spans.push({ from, to, put: "", secret: text.slice(from, to) });
}
