/** What each partition may always have: about what one fetch brings. */
const ownBytes = 4 * 2 ** 20;

/** Told when the answer of `mayFetch` may be another. */
export type Holder = { regulate(): void };

/**
 * What all partitions of a consumer hold together: fetched, and queued or in a handler's hands. Whoever holds something waits while
 * what they share is used up. Whoever holds nothing may fetch, whatever the others do: nobody starves while others are stuck, and a
 * batch of any size may go. `bytes` are kept to, but for single records that are larger than a fetch, for partitions that come while
 * others hold it all, and where what each may always have is more than half of it: then it is half of it and that.
 */
export class Budget {
  readonly #bytes: number;
  readonly #held = new Map<Holder, number>();
  #used = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  get used(): number {
    return this.#used;
  }

  /** From nothing on, until `leave`. */
  hold(holder: Holder, bytes: number): void {
    const before = this.#spare;
    this.#used += bytes - (this.#held.get(holder) ?? 0);
    this.#held.set(holder, bytes);
    this.#tell(before);
  }

  leave(holder: Holder): void {
    const before = this.#spare;
    this.#used -= this.#held.get(holder) ?? 0;
    this.#held.delete(holder);
    this.#tell(before);
  }

  mayFetch(holder: Holder): boolean {
    return this.#spare || (this.#held.get(holder) ?? 0) === 0;
  }

  /** Room for what everybody may have is set aside, up to a half: with many partitions each would else have one fetch at a time. */
  get #spare(): boolean {
    return this.#used < this.#bytes - Math.min(this.#held.size * ownBytes, this.#bytes / 2);
  }

  #tell(before: boolean): void {
    if (this.#spare !== before) for (const holder of [...this.#held.keys()]) holder.regulate();
  }
}
