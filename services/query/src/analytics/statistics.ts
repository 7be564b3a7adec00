/** The value below which this part of the sorted values lies, interpolated between the two nearest; null of none. */
export function percentile(sorted: readonly number[], part: number): number | null {
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return null;
  return rounded(below + (above - below) * (place - Math.floor(place)));
}

/** Of sorted values: floating sums depend on the order. */
export function mean(sorted: readonly number[]): number | null {
  return sorted.length === 0 ? null : rounded(sorted.reduce((sum, value) => sum + value, 0) / sorted.length);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** How many values lie up to each bound and above the one before it; the last bar has no bound. */
export function histogram(
  values: readonly number[],
  bounds: readonly number[],
): { upTo: number | null; count: number }[] {
  const bars = [...bounds.map((upTo) => ({ upTo, count: 0 })), { upTo: null, count: 0 }];
  for (const value of values) {
    const bar = bars.find(({ upTo }) => upTo === null || value <= upTo);
    if (bar !== undefined) bar.count += 1;
  }
  return bars;
}

/** Things in order of a time, so that those of a bucket are found at once. */
export class Chronicle<T> {
  readonly #things: readonly T[];
  readonly #timeOf: (thing: T) => number;

  constructor(things: readonly T[], timeOf: (thing: T) => number) {
    this.#timeOf = timeOf;
    this.#things = things.toSorted((a, b) => timeOf(a) - timeOf(b));
  }

  within({ start, end }: { start: number; end: number }): readonly T[] {
    return this.#things.slice(this.countBefore(start), this.countBefore(end));
  }

  countBefore(ms: number): number {
    let low = 0;
    let high = this.#things.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const thing = this.#things[middle];
      if (thing !== undefined && this.#timeOf(thing) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
