import type { FormMap, FormValue } from "../form/form.ts";
import type { File } from "../records.gen.ts";
import { isIndex } from "./read.ts";
import type { Side } from "./side.ts";

/** Bitrix24's file ids are numbers; the alphabet is kept wide, but no text or link passes for an id. */
const fileId = /^[\w-]{1,64}$/;

/**
 * The files under the first of `keys` that holds any: a list of maps (operators' files), a list of ids (customers' files), or the one
 * map or id that was sent in its place. A file of another shape is left out, the others stay.
 */
export function filesOf(side: Side, at: string, message: FormMap | null, ...keys: string[]): File[] {
  for (const key of keys) {
    const value = message?.get(key);
    if (value === undefined) continue;
    const files = filesIn(side, `${at}.${key}`, value);
    if (files.length > 0) return files;
  }
  return [];
}

function filesIn(side: Side, path: string, value: FormValue): File[] {
  if (typeof value === "string") return knownById(side, path, value);
  if (isOneFile(value)) {
    const file = fileOf(side, path, value);
    if (tellsNothing(file)) side.odd(path);
    return tellsNothing(file) ? [] : [file];
  }
  return [...value.values()].flatMap((item) =>
    typeof item === "string" ? knownById(side, path, item) : fileOf(side, path, item),
  );
}

/** The fields of a file in the list's place. */
function isOneFile(map: FormMap): boolean {
  for (const [name, value] of map) if (typeof value === "string" && !isIndex(name)) return true;
  return false;
}

function knownById(side: Side, path: string, id: string): File[] {
  // PHP writes 0 for false: no file.
  if (id === "" || id === "0") return [];
  if (fileId.test(id)) return [{ id, name: null, type: null, mime: null, url: null, size: null }];
  side.odd(path);
  return [];
}

function fileOf(side: Side, path: string, file: FormMap): File {
  return {
    id: side.idOrZero(path, file, "id", "ID", "fileId", "FILE_ID", "file_id"),
    name: side.id(path, file, "name", "NAME"),
    type: side.id(path, file, "type", "TYPE"),
    mime: side.id(path, file, "mime", "MIME"),
    url: side.id(path, file, "link", "url", "downloadLink", "urlDownload", "LINK", "URL"),
    size: sizeOf(side, path, file),
  };
}

function sizeOf(side: Side, path: string, file: FormMap): number | null {
  const size = side.id(path, file, "size", "SIZE");
  if (size === null) return null;
  return /^\d{1,15}$/.test(size) ? Number(size) : side.odd(`${path}.size`);
}

const tellsNothing = ({ id, name, type, mime, url, size }: File): boolean =>
  id === null && name === null && type === null && mime === null && url === null && size === null;
