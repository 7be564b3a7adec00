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

type Of = { requests: number; running: number; waiting: (() => void)[] };

/** Shares what runs statements among keys: they take turns, and within a key the oldest statement is first. */
export class FairShare {
  readonly #shares: Shares;
  /** Those that have a request under way; whoever waited longest for a turn is first. */
  readonly #keys = new Map<string, Of>();
  #free: number;

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
    const of = this.#keys.get(key) ?? { requests: 0, running: 0, waiting: [] };
    if (of.requests >= this.#shares.requests) return false;
    of.requests += 1;
    this.#keys.set(key, of);
    return true;
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
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const [key, of] = next;
      this.#free -= 1;
      of.running += 1;
      this.#keys.delete(key);
      this.#keys.set(key, of);
      of.waiting.shift()?.();
    }
  }

  #next(): [string, Of] | null {
    if (this.#free === 0) return null;
    const { perKey, spare } = this.#shares;
    let second: [string, Of] | null = null;
    for (const [key, of] of this.#keys) {
      if (of.waiting.length === 0) continue;
      if (of.running === 0) return [key, of];
      if (of.running < perKey) second ??= [key, of];
    }
    return this.#free > spare ? second : null;
  }
}
