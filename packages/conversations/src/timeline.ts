import { comparePoints, type Point, placeOf } from "./points.ts";

/** Few enough that placing each by itself costs less than sorting all. */
const mostSingles = 64;

/** The first change: its place among the points, and the earliest time (ms) that it concerns. */
export type Change = { place: number; at: number };

/** Points in order. Changes are collected, and made together. */
export class Timeline<P extends Point> {
  #points: P[] = [];
  #added: P[] = [];
  readonly #removed = new Set<P>();
  #touched: Change | null = null;

  get points(): readonly P[] {
    return this.#points;
  }

  add(point: P): void {
    this.#added.push(point);
  }

  /** A point that was added. */
  remove(point: P): void {
    this.#removed.add(point);
  }

  /** All points are to be looked at again. */
  touchAll(): void {
    this.#touched = { place: 0, at: Number.NEGATIVE_INFINITY };
  }

  commitAll(): Change {
    this.touchAll();
    return this.commit() ?? { place: 0, at: Number.NEGATIVE_INFINITY };
  }

  /** Makes the changes. Null: nothing changed. */
  commit(): Change | null {
    let at = this.#touched?.at ?? Number.POSITIVE_INFINITY;
    for (const point of this.#added) at = Math.min(at, point.at);
    for (const point of this.#removed) at = Math.min(at, point.at);
    const singles = this.#added.length + this.#removed.size <= mostSingles;
    const place = Math.min(
      this.#touched?.place ?? Number.POSITIVE_INFINITY,
      singles ? this.#place() : this.#sort(),
    );
    this.#added = [];
    this.#removed.clear();
    this.#touched = null;
    return place === Number.POSITIVE_INFINITY ? null : { place, at };
  }

  /** The place of the first point of this time or later. */
  firstSince(at: number): number {
    let [low, high] = [0, this.#points.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle]?.at ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #place(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const point of this.#removed) {
      const place = placeOf(this.#points, point);
      this.#points.splice(place, 1);
      first = Math.min(first, place);
    }
    for (const point of this.#added) {
      const place = placeOf(this.#points, point);
      const there = this.#points[place];
      if (there !== undefined && comparePoints(there, point) === 0) continue;
      this.#points.splice(place, 0, point);
      first = Math.min(first, place);
    }
    return first;
  }

  #sort(): number {
    const before = this.#points;
    const kept = this.#removed.size === 0 ? before : before.filter((point) => !this.#removed.has(point));
    const sorted = [...kept, ...this.#added].sort(comparePoints);
    this.#points = sorted.filter((point, at) => {
      const last = sorted[at - 1];
      return last === undefined || comparePoints(last, point) !== 0;
    });
    const first = this.#points.findIndex((point, at) => point !== before[at]);
    if (first >= 0) return first;
    return this.#points.length === before.length ? Number.POSITIVE_INFINITY : this.#points.length;
  }
}
