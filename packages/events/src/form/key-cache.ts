import type { ParsedKey } from "./form.ts";

/** A key met before. `bytes` is its raw text and the equals sign; `next` is the key that came after it last time. */
export type KnownKey = { key: ParsedKey; bytes: Uint8Array; next: KnownKey | null };

const maxKeys = 8192;
const maxRawLength = 160;

const known = new Map<string, KnownKey>();
const bodyStart: KnownKey = {
  key: { text: "", path: [], secret: false, quotes: false, plain: true, volatile: false },
  bytes: new Uint8Array(0),
  next: null,
};

/** Stands before the first key of every body. */
export function startOfBody(): KnownKey {
  return bodyStart;
}

export function recallKey(raw: string): KnownKey | undefined {
  return known.get(raw);
}

/** `bytes` is the raw key with its equals sign. Answers null for a key that is not worth its place. */
export function learnKey(bytes: Uint8Array, key: ParsedKey): KnownKey | null {
  if (bytes.length > maxRawLength) return null;
  if (known.size >= maxKeys) {
    known.clear();
    bodyStart.next = null;
  }
  // Copies: a view would keep the whole body alive for as long as the key is remembered.
  const copy = new Uint8Array(bytes);
  const raw = Buffer.from(bytes).toString("latin1", 0, bytes.length - 1);
  const entry: KnownKey = { key, bytes: copy, next: null };
  known.set(raw, entry);
  return entry;
}

export function knownKeyCount(): number {
  return known.size;
}

/** Whether the body goes on with this key and an equals sign. */
export function followsAt(body: Uint8Array, start: number, { bytes }: KnownKey): boolean {
  if (start + bytes.length > body.length) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (body[start + index] !== bytes[index]) return false;
  }
  return true;
}
