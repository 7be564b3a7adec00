import type { FormMap } from "../form/form.ts";
import type { File } from "../records.gen.ts";
import { idOf, mapOf, ShapeFault, textOf } from "./read.ts";

/** Bitrix24 puts the operator's display name before the text when signatures are on: `[b]Name:[/b] [br]text`. */
const signature = /^\[b\]([^[\]]{1,255}):\[\/b\]\s*\[br\] ?/i;

export function splitSignature(text: string | null): { text: string | null; name: string | null } {
  const match = text === null ? null : signature.exec(text);
  if (text === null || match === null) return { text, name: null };
  return { text: text.slice(match[0].length), name: match[1] ?? null };
}

export function filesOf(message: FormMap | null): File[] {
  const files = mapOf(message, "files") ?? mapOf(message, "FILES");
  if (files === null) return [];
  return [...files.values()].map((file) => {
    if (typeof file === "string") throw new ShapeFault("expected_map", "files");
    const size = textOf(file, "size", "SIZE");
    return {
      id: idOf(file, "id", "ID"),
      name: idOf(file, "name", "NAME"),
      type: idOf(file, "type", "TYPE"),
      mime: idOf(file, "mime", "MIME"),
      url: idOf(file, "link", "url", "downloadLink", "urlDownload", "URL"),
      size: size !== null && /^\d{1,15}$/.test(size) ? Number(size) : null,
    };
  });
}
