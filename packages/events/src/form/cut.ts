import type { FormPair } from "./form.ts";
import type { Finder } from "./needles.ts";

const ampersand = 0x26;
const maxRounds = 16;

/** For secrets that show only undecoded, or only where removal has brought pairs together. Where that has no end, nothing remains. */
export function cutRawTraces(
  body: Buffer,
  pairs: readonly FormPair[],
  gone: readonly boolean[],
  find: Finder,
): Buffer {
  const removed = pairs.map(
    ({ start, end }, index) => gone[index] === true || find.one(body.toString("latin1", start, end)) !== null,
  );
  for (let round = 0; round < maxRounds; round++) {
    const remains = cut(body, pairs, removed);
    const hit = find.one(remains.toString("latin1"));
    if (hit === null) return remains;
    let shift = 0;
    pairs.forEach(({ start, end }, index) => {
      if (removed[index]) shift += end + 1 - start;
      else if (start - shift < hit.to && end - shift > hit.from) removed[index] = true;
    });
  }
  return Buffer.alloc(0);
}

/** The pairs that are not removed, some with another value. A removed pair takes the separator after it along, the last one that before it. */
export function cut(
  body: Buffer,
  pairs: readonly FormPair[],
  removed: readonly boolean[],
  values: ReadonlyMap<number, Buffer> = new Map(),
): Buffer {
  const out = Buffer.allocUnsafe(body.length);
  let length = 0;
  let from = 0;
  pairs.forEach(({ start, valueStart, end }, index) => {
    if (removed[index]) {
      length += body.copy(out, length, from, start);
      from = Math.min(end + 1, body.length);
      if (end === body.length && out[length - 1] === ampersand) length--;
      return;
    }
    const value = values.get(index);
    if (value === undefined) return;
    length += body.copy(out, length, from, valueStart);
    length += value.copy(out, length);
    from = end;
  });
  length += body.copy(out, length, from);
  return out.subarray(0, length);
}
