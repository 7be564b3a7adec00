/** So many of each name in a second. */
export class Budget {
  readonly #perSecond: number;
  readonly #taken = new Map<string, number>();
  #second = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Whether there is one left; `now` in milliseconds. */
  take(name: string, now: number): boolean {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken.clear();
    }
    const taken = this.#taken.get(name) ?? 0;
    this.#taken.set(name, taken + 1);
    return taken < this.#perSecond;
  }
}
