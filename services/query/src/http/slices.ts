import type { Pace } from "@portalstream/clickhouse";

/** `Array.map` of many or expensive members, in slices. */
export async function mapInSlices<T, R>(
  members: readonly T[],
  pace: Pace,
  map: (member: T) => R,
): Promise<R[]> {
  const mapped: R[] = [];
  for (const member of members) {
    if (pace.over) await pace.next();
    mapped.push(map(member));
  }
  return mapped;
}

/** Does something with many members, in slices. */
export async function eachInSlices<T>(
  members: Iterable<T>,
  pace: Pace,
  work: (member: T) => void,
): Promise<void> {
  for (const member of members) {
    if (pace.over) await pace.next();
    work(member);
  }
}

/** What can be sorted in much less time than a slice has. */
const runLength = 500;

/** Different texts in the order of `Array.sort`, by merging sorted runs, in slices. */
export async function sortInSlices(texts: readonly string[], pace: Pace): Promise<string[]> {
  let runs: string[][] = [];
  for (let start = 0; start < texts.length; start += runLength) {
    if (pace.over) await pace.next();
    runs.push(texts.slice(start, start + runLength).sort());
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(await mergeInSlices(runs[at] ?? [], runs[at + 1] ?? [], pace));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergeInSlices(
  one: readonly string[],
  other: readonly string[],
  pace: Pace,
): Promise<string[]> {
  const merged: string[] = [];
  let [at, otherAt] = [0, 0];
  for (let next = least(one[at], other[otherAt]); next !== undefined; next = least(one[at], other[otherAt])) {
    if (pace.over) await pace.next();
    if (next === one[at]) at += 1;
    else otherAt += 1;
    merged.push(next);
  }
  return merged;
}

function least(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
