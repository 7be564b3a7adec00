import type { FormMap } from "../form/form.ts";
import { idOf, isIndex } from "./read.ts";

/**
 * Reads side fields: those that the identity of what the event tells does not need. One of an unknown shape is left out and its path
 * kept, so that it never costs the event. `at` and the keys are constants of the interpreters: no path holds what was received.
 */
export class Side {
  #drift: Set<string> | null = null;

  /** Paths of the fields that were left out, each once. */
  get drift(): string[] {
    return this.#drift === null ? [] : [...this.#drift];
  }

  odd(path: string): null {
    this.#drift ??= new Set();
    this.#drift.add(path);
    return null;
  }

  /** Text under the first of `keys` that holds one; "" counts as text. */
  text(at: string, map: FormMap | null, ...keys: string[]): string | null {
    if (map === null) return null;
    for (const key of keys) {
      const value = map.get(key);
      if (typeof value === "string") return value;
      if (value !== undefined) this.odd(pathOf(at, key));
    }
    return null;
  }

  /** An identifier or a name under the first of `keys` that holds one; PHP sends unknown ones as "". */
  id(at: string, map: FormMap | null, ...keys: string[]): string | null {
    for (const key of keys) {
      const text = this.text(at, map, key);
      if (text !== null && text !== "") return text;
    }
    return null;
  }

  /** As `id`, where Bitrix24 writes 0 for "none". */
  idOrZero(at: string, map: FormMap | null, ...keys: string[]): string | null {
    const id = this.id(at, map, ...keys);
    return id === "0" ? null : id;
  }

  /** A map under `key`; empty maps vanish on PHP's wire or arrive as "". */
  map(at: string, map: FormMap | null, key: string): FormMap | null {
    const value = map?.get(key);
    if (value === undefined || value === "") return null;
    return typeof value === "string" ? this.odd(pathOf(at, key)) : value;
  }

  /** The texts of a list, or the one that was sent in its place. */
  texts(at: string, map: FormMap | null, key: string): string[] {
    const value = map?.get(key);
    if (value === undefined || value === "") return [];
    if (typeof value === "string") return [value];
    const texts: string[] = [];
    for (const [name, item] of value) {
      if (typeof item === "string" && isIndex(name)) texts.push(item);
      else this.odd(pathOf(at, key));
    }
    return texts;
  }

  isYes(at: string, map: FormMap | null, key: string): boolean {
    const text = this.text(at, map, key);
    return text === "Y" || text === "1" || text === "true";
  }
}

const pathOf = (at: string, key: string): string => (at === "" ? key : `${at}.${key}`);

/** The line is part of an external chat's name: one of an unknown shape counts only where the other field tells it. */
export function neededLine(side: Side, place: FormMap | null, data: FormMap | null): string | null {
  const line = side.id("connector", place, "line_id") ?? side.id("", data, "LINE", "line");
  return line ?? idOf(place, "line_id") ?? idOf(data, "LINE", "line");
}
