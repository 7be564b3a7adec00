import type { FormMap, FormValue } from "./form.ts";

export type NestedForm = string | NestedForm[] | { [name: string]: NestedForm };

/** For showing: maps as objects without a prototype, and as arrays where the keys are exactly 0 to n-1 in order. */
export function nestForm(value: FormValue): NestedForm {
  if (typeof value === "string") return value;
  return isList(value) ? Array.from(value.values(), nestForm) : nestObject(value);
}

function isList(map: FormMap): boolean {
  let next = 0;
  for (const name of map.keys()) if (name !== String(next++)) return false;
  return next > 0;
}

function nestObject(map: FormMap): { [name: string]: NestedForm } {
  const object: { [name: string]: NestedForm } = Object.create(null);
  for (const [name, value] of map) object[name] = nestForm(value);
  return object;
}
