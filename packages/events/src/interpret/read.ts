import type { FormMap, FormValue } from "../form/form.ts";

/** The body is genuine but not of its family's shape. `detail` names the field, never its value. */
export class ShapeFault extends Error {
  readonly reason: "missing_field" | "expected_text" | "expected_map" | "invalid_time";
  readonly detail: string;
  constructor(reason: ShapeFault["reason"], detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
  }
}

/** Text under the first of `keys` that is present; "" counts as text. */
export function textOf(map: FormMap | null, ...keys: string[]): string | null {
  if (map === null) return null;
  for (const key of keys) {
    const value = map.get(key);
    if (typeof value === "string") return value;
    if (value !== undefined) throw new ShapeFault("expected_text", key);
  }
  return null;
}

/** An identifier under the first of `keys` that holds one; PHP sends unknown ones as "". */
export function idOf(map: FormMap | null, ...keys: string[]): string | null {
  for (const key of keys) {
    const text = textOf(map, key);
    if (text !== null && text !== "") return text;
  }
  return null;
}

/** As `idOf`, where Bitrix24 writes 0 for "none". */
export function idOrZero(map: FormMap | null, ...keys: string[]): string | null {
  const id = idOf(map, ...keys);
  return id === "0" ? null : id;
}

export function needId(map: FormMap | null, ...keys: string[]): string {
  const id = idOf(map, ...keys);
  if (id === null) throw new ShapeFault("missing_field", keys.join("|"));
  return id;
}

/** A map under `key`; empty maps vanish on PHP's wire or arrive as "". */
export function mapOf(map: FormMap | null, key: string): FormMap | null {
  const value = map?.get(key);
  if (value === undefined || value === "") return null;
  if (typeof value === "string") throw new ShapeFault("expected_map", key);
  return value;
}

export function needMap(map: FormMap | null, key: string): FormMap {
  const value = mapOf(map, key);
  if (value === null) throw new ShapeFault("missing_field", key);
  return value;
}

export function asMap(value: FormValue | undefined, name: string): FormMap {
  if (value instanceof Map) return value;
  throw new ShapeFault(value === undefined ? "missing_field" : "expected_map", name);
}

const isIndex = (key: string): boolean => /^\d+$/.test(key);

/** The items of `key`, which newer senders write as one map and older ones as a list of maps. */
export function itemsOf(map: FormMap, key: string): FormMap[] {
  const value = needMap(map, key);
  for (const name of value.keys()) if (!isIndex(name)) return [value];
  return [...value.values()].map((item) => asMap(item, key));
}

/** Values of a list, or the one value where a scalar was sent in its place. */
export function textsOf(map: FormMap | null, key: string): string[] {
  const value = map?.get(key);
  if (value === undefined || value === "") return [];
  if (typeof value === "string") return [value];
  return [...value.values()].map((item) => {
    if (typeof item === "string") return item;
    throw new ShapeFault("expected_text", key);
  });
}

export const isYes = (map: FormMap | null, key: string): boolean => {
  const text = textOf(map, key);
  return text === "Y" || text === "1" || text === "true";
};
