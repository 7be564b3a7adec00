import { setImmediate as others } from "node:timers/promises";

const sliceMs = 1;

/** Lets others have the thread between the parts of a long work. Called after each part; waits only when a slice of time is over. */
export class Slices {
  #began = performance.now();

  /** Whether it is time to call `next`: awaiting each time would cost more than the work. */
  get over(): boolean {
    return performance.now() - this.#began >= sliceMs;
  }

  async next(): Promise<void> {
    await others();
    this.#began = performance.now();
  }
}

/** `Array.map` of many or expensive members, in slices. */
export async function mapInSlices<T, R>(members: readonly T[], map: (member: T) => R): Promise<R[]> {
  const slices = new Slices();
  const mapped: R[] = [];
  for (const member of members) {
    mapped.push(map(member));
    if (slices.over) await slices.next();
  }
  return mapped;
}
