import type { FormMap } from "./form.ts";

const integerName = /^(?:0|-?[1-9]\d{0,18})$/;
const minInteger = -(2n ** 63n);
const maxInteger = 2n ** 63n - 1n;

/** Grows a tree as PHP does: a later value takes the place of an earlier one, be either a scalar or a map. */
export class FormTree {
  readonly root: FormMap = new Map();
  /** The next free index of each map that was appended to. */
  #nextIndexes: Map<FormMap, bigint> | null = null;

  /** Where the value before went. */
  #lastPath: readonly string[] = [];
  #lastMap: FormMap = this.root;

  place(path: readonly string[], value: string): void {
    const last = path.length - 1;
    const name = path[last];
    // Most values go beside the one before.
    if (this.#nextIndexes === null && name !== undefined && name !== "" && areBeside(path, this.#lastPath))
      this.#lastMap.set(name, value);
    else this.#placeFromRoot(path, last, value);
  }

  #placeFromRoot(path: readonly string[], last: number, value: string): void {
    let map = this.root;
    for (let depth = 0; depth <= last; depth++) {
      let name = path[depth] ?? "";
      if (name === "") {
        const free = this.#freeIndex(map);
        if (free > maxInteger) return;
        name = free.toString();
      }
      if (this.#nextIndexes !== null) takeIndex(this.#nextIndexes, map, name);
      if (depth === last) {
        map.set(name, value);
        this.#lastPath = path;
        this.#lastMap = map;
        return;
      }
      const below = map.get(name);
      if (below === undefined || typeof below === "string") {
        const created: FormMap = new Map();
        map.set(name, created);
        map = created;
      } else map = below;
    }
  }

  #freeIndex(map: FormMap): bigint {
    this.#nextIndexes ??= new Map();
    const remembered = this.#nextIndexes.get(map);
    if (remembered !== undefined) return remembered;
    const free = freeIndexOf(map);
    this.#nextIndexes.set(map, free);
    return free;
  }
}

function areBeside(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let depth = one.length - 2; depth >= 0; depth--) if (one[depth] !== other[depth]) return false;
  return true;
}

function takeIndex(nextIndexes: Map<FormMap, bigint>, map: FormMap, name: string): void {
  const free = nextIndexes.get(map);
  if (free === undefined) return;
  const index = indexOf(name);
  if (index !== null && index >= free) nextIndexes.set(map, index + 1n);
}

/** One above the greatest index, which may be negative; 0 where there is none. */
function freeIndexOf(map: FormMap): bigint {
  let greatest: bigint | null = null;
  for (const name of map.keys()) {
    const index = indexOf(name);
    if (index !== null && (greatest === null || index > greatest)) greatest = index;
  }
  return greatest === null ? 0n : greatest + 1n;
}

function indexOf(name: string): bigint | null {
  if (!integerName.test(name)) return null;
  const index = BigInt(name);
  return index >= minInteger && index <= maxInteger ? index : null;
}
