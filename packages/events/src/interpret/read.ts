import type { FormMap, FormValue } from "../form/form.ts";

/** The body is genuine, but a field that identity needs is not of its family's shape. `detail` names the field, never its value. */
export class ShapeFault extends Error {
  readonly reason: "missing_field" | "expected_text" | "expected_map" | "invalid_time";
  readonly detail: string;
  constructor(reason: ShapeFault["reason"], detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
  }
}

/** An identifier under the first of `keys` that holds one; PHP sends unknown ones as "". */
export function idOf(map: FormMap | null, ...keys: string[]): string | null {
  if (map === null) return null;
  let odd: string | null = null;
  for (const key of keys) {
    const value = map.get(key);
    if (typeof value === "string") {
      if (value !== "") return value;
    } else if (value !== undefined) odd = key;
  }
  if (odd !== null) throw new ShapeFault("expected_text", odd);
  return null;
}

export function needId(map: FormMap | null, ...keys: string[]): string {
  return idOf(map, ...keys) ?? missing(keys.join("|"));
}

/** A map under `key`; empty maps vanish on PHP's wire or arrive as "". */
export function mapOf(map: FormMap | null, key: string): FormMap | null {
  const value = map?.get(key);
  if (value === undefined || value === "") return null;
  if (typeof value === "string") throw new ShapeFault("expected_map", key);
  return value;
}

export function needMap(map: FormMap | null, key: string): FormMap {
  return mapOf(map, key) ?? missing(key);
}

export function asMap(value: FormValue | undefined, name: string): FormMap {
  if (value instanceof Map) return value;
  throw new ShapeFault(value === undefined ? "missing_field" : "expected_map", name);
}

export function missing(field: string): never {
  throw new ShapeFault("missing_field", field);
}

export const isIndex = (key: string): boolean => /^\d+$/.test(key);

/** The items of `key`, which newer senders write as one map and older ones as a list of maps. */
export function itemsOf(map: FormMap, key: string): FormMap[] {
  const value = needMap(map, key);
  for (const name of value.keys()) if (!isIndex(name)) return [value];
  return [...value.values()].map((item) => asMap(item, key));
}
