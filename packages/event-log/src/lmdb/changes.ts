// Only for a writer in another process: one in this process tells at once. Each look wakes a processor.
const pollMs = 250;

/** Tells those who wait for a partition that it may hold more. A wake-up for nothing is harmless. */
export class Changes {
  readonly #pending = new Map<string, PromiseWithResolvers<void>>();
  readonly #poll: (() => number) | null;
  #timer: NodeJS.Timeout | null = null;
  #seen = 0;

  /** `poll`: for a log that is written elsewhere, reads a number that grows with every commit; asked only while somebody waits. */
  constructor(poll: (() => number) | null) {
    this.#poll = poll;
    this.#seen = poll?.() ?? 0;
  }

  /** Resolves at the next change. Ask before looking: what comes between looking and waiting is then not missed. */
  next(partition: string): Promise<void> {
    const pending = this.#pending.get(partition) ?? Promise.withResolvers<void>();
    this.#pending.set(partition, pending);
    if (this.#poll !== null) this.#timer ??= setTimeout(() => this.#look(), pollMs);
    return pending.promise;
  }

  announce(partitions: Iterable<string>): void {
    for (const partition of partitions) {
      this.#pending.get(partition)?.resolve();
      this.#pending.delete(partition);
    }
  }

  announceAll(): void {
    this.announce([...this.#pending.keys()]);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const now = this.#ask();
    if (now !== this.#seen) {
      this.#seen = now;
      this.announceAll();
    } else this.#timer?.refresh();
  }

  #ask(): number {
    try {
      return this.#poll?.() ?? 0;
    } catch {
      // Those who wait will meet the same failure when they look, and can tell of it.
      return Number.NaN;
    }
  }
}
