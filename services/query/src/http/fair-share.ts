export type Shares = {
  /** Statements that run at once, of all keys … */
  slots: number;
  /** … and of one key. */
  perKey: number;
  /** Slots that only keys of which nothing runs may take. */
  spare: number;
  /** Requests of one key that may be under way. */
  requests: number;
};

/** `turn`: when its last statement was begun, counted in statements. */
type Of = { requests: number; running: number; turn: number; waiting: (() => void)[] };

/** Shares what runs statements among keys: they take turns, and within a key the oldest statement is first. */
export class FairShare {
  readonly #shares: Shares;
  /** Those that have a request under way, in the order in which they came. */
  readonly #keys = new Map<string, Of>();
  #free: number;
  #turns = 0;

  constructor(shares: Shares) {
    this.#shares = shares;
    this.#free = shares.slots;
  }

  /** Statements that wait for their turn. */
  get waiting(): number {
    return [...this.#keys.values()].reduce((sum, of) => sum + of.waiting.length, 0);
  }

  /** Whether this key may have one more request; if so, `leave` ends it. */
  enter(key: string): boolean {
    const of = this.#keys.get(key) ?? this.#newcomer();
    if (of.requests >= this.#shares.requests) return false;
    of.requests += 1;
    this.#keys.set(key, of);
    return true;
  }

  /** As if its last statement were the last but one: else keys that come and go would always be before those that stay. */
  #newcomer(): Of {
    return { requests: 0, running: 0, turn: this.#turns - 1, waiting: [] };
  }

  leave(key: string): void {
    const of = this.#keys.get(key);
    if (of === undefined) return;
    of.requests -= 1;
    this.#forget(key, of);
  }

  /** Runs a statement of a key that has entered, at its turn. `signal` ends the waiting: rejects with its reason. */
  async run<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const of = this.#keys.get(key);
    if (of === undefined) throw new Error("this key has not entered");
    await this.#turn(of, signal);
    try {
      return await work();
    } finally {
      of.running -= 1;
      this.#free += 1;
      this.#forget(key, of);
      this.#startNext();
    }
  }

  /** What still runs counts for its key, also after the request has left. */
  #forget(key: string, { requests, running }: Of): void {
    if (requests === 0 && running === 0) this.#keys.delete(key);
  }

  #turn(of: Of, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const end = () => {
        of.waiting.splice(of.waiting.indexOf(start), 1);
        reject(signal.reason);
      };
      const start = () => {
        signal.removeEventListener("abort", end);
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
      of.waiting.push(start);
      this.#startNext();
    });
  }

  #startNext(): void {
    for (let of = this.#next(); of !== null; of = this.#next()) {
      this.#free -= 1;
      this.#turns += 1;
      of.running += 1;
      of.turn = this.#turns;
      of.waiting.shift()?.();
    }
  }

  /** Of the keys that may begin a statement the one with the oldest turn; those of which nothing runs come first. */
  #next(): Of | null {
    const { perKey, spare } = this.#shares;
    if (this.#free === 0) return null;
    const most = this.#free > spare ? perKey : 1;
    let next: Of | null = null;
    for (const of of this.#keys.values())
      if (of.waiting.length > 0 && of.running < most && (next === null || isBefore(of, next))) next = of;
    return next;
  }
}

function isBefore(one: Of, other: Of): boolean {
  const [idle, otherIdle] = [one.running === 0, other.running === 0];
  return idle === otherIdle ? one.turn < other.turn : idle;
}
