type Waiting<Item> = { item: Item; size: number; resolve: () => void; reject: (error: unknown) => void };

/**
 * Group commit: items that arrive while others are committed are committed together afterwards, in the order of their arrival. Where a
 * group fails for good, each of its items is committed alone, so that an item fails only for a reason of its own.
 */
export class GroupCommit<Item> {
  readonly #commit: (items: readonly Item[]) => Promise<void>;
  readonly #maxSize: number;
  readonly #waiting: Waiting<Item>[] = [];
  #isRunning = false;

  /** `maxSize`: of a group of more than one item, in the unit in which `add` states sizes. */
  constructor(maxSize: number, commit: (items: readonly Item[]) => Promise<void>) {
    this.#maxSize = maxSize;
    this.#commit = commit;
  }

  /** Resolves when this item is committed. */
  add(item: Item, size: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, size, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let group = this.#next(); group.length > 0; group = this.#next()) await this.#finish(group);
    this.#isRunning = false;
  }

  #next(): Waiting<Item>[] {
    let size = 0;
    const end = this.#waiting.findIndex((one, at) => {
      size += one.size;
      return at > 0 && size > this.#maxSize;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #finish(group: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.#commit(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length === 1 || isRetriable(error)) for (const { reject } of group) reject(error);
      else for (const one of group) await this.#finish([one]);
    }
  }
}

/** The next attempt may well succeed: what is in the way is not the item. */
const isRetriable = (error: unknown): boolean =>
  error instanceof Error && Reflect.get(error, "retriable") === true;
