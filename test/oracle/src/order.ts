export type Rank = readonly (string | number)[];

/** Compares two ranks part by part: numbers as numbers, strings as strings. */
export function compare(a: Rank, b: Rank): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}

export function sorted<T>(items: readonly T[], rank: (item: T) => Rank): T[] {
  return [...items].sort((a, b) => compare(rank(a), rank(b)));
}

export function greatest<T>(items: readonly T[], rank: (item: T) => Rank): T | null {
  return sorted(items, rank).at(-1) ?? null;
}

export function distinct(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}
