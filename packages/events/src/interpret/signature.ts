import type { File } from "../records.gen.ts";

type Signed = { text: string | null; name: string | null };

/** A name may hold brackets, but no bold text or line break of its own. */
const name = String.raw`\[b\]((?:(?!\[\/?b\]|\[br\]).){1,255}?):\[\/b\]`;
const beforeText = new RegExp(String.raw`^${name}\s*\[br\] ?`, "i");
const alone = new RegExp(String.raw`^${name}\s*$`, "i");

/**
 * Bitrix24 puts the operator's display name before the text when signatures are on: `[b]Name:[/b] [br]text`, or the name alone where
 * the message is nothing but files. Bold words before other text are the operator's own.
 */
export function splitSignature(text: string | null, files: readonly File[]): Signed {
  if (text === null) return { text, name: null };
  const match = beforeText.exec(text) ?? (files.length > 0 ? alone.exec(text) : null);
  return match === null
    ? { text, name: null }
    : { text: text.slice(match[0].length), name: match[1] ?? null };
}
