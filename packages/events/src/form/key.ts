import { addEmbeddedSecrets, findsIn, telling } from "./embedded.ts";
import { FormError, type ParsedKey } from "./form.ts";
import { bytesOf, isTooDeep, layersOf } from "./layers.ts";
import { isSecretPath, isVolatilePath, mentionsSecret } from "./secrets.ts";

const maxSegments = 16;
const forbiddenNames = new Set(["__proto__", "constructor", "prototype"]);
const phpSpace = new Set([" ", "\t", "\n", "\v", "\f", "\r"]);

const encodedInside = /%(?!5[bd])|\+/i;

/** `sent` is what `text` was decoded from; `faulty` where it could not be in full. */
export function parseKey(text: string, sent: string, faulty: boolean): ParsedKey {
  const path = phpPath(text);
  if (path.some((name) => forbiddenNames.has(name))) throw new FormError("forbidden_key");
  const irregular = faulty || text !== bracketed(path);
  const quotes = telling.test(text) && holdsSecret(text);
  const secret = quotes || isSecretPath(path) || (irregular && mentionsSecret(text));
  return {
    text,
    path,
    secret,
    quotes,
    plain: !encodedInside.test(sent),
    volatile: secret || isVolatilePath(path),
  };
}

function holdsSecret(text: string): boolean {
  const layers = layersOf(bytesOf(text));
  return isTooDeep(layers) || layers.some((layer) => findsIn(layer, addEmbeddedSecrets));
}

function bracketed(path: readonly string[]): string {
  return path.reduce((text, name, depth) => (depth === 0 ? name : `${text}[${name}]`), "");
}

/** The rules of php_register_variable_ex (PHP 8), whose only grammar is its code. */
function phpPath(text: string): string[] {
  const nul = text.indexOf("\0");
  const key = (nul === -1 ? text : text.slice(0, nul)).replace(/^ +/, "");
  const open = key.indexOf("[");
  if (key === "" || open === 0) return [];
  if (open === -1) return [topName(key)];
  const path = [topName(key.slice(0, open))];
  for (let at = open; key[at] === "["; ) {
    const from = at + 1;
    const seek = phpSpace.has(key[from] ?? "") ? from + 1 : from;
    const close = key.indexOf("]", seek);
    if (close === -1) return at === open ? [topName(key)] : path;
    path.push(close === seek ? "" : key.slice(from, close));
    if (path.length > maxSegments) throw new FormError("too_deep");
    at = close + 1;
  }
  return path;
}

const notInTopName = /[ .[]/;

function topName(name: string): string {
  if (!notInTopName.test(name)) return name;
  // Byte by byte: a regular expression takes seconds over megabytes of brackets.
  const bytes = Buffer.from(name);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x20 || byte === 0x2e || byte === 0x5b) bytes[at] = 0x5f;
  }
  return bytes.toString();
}
