import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 25;

/** Tells waiting consumers that something was committed: at once by this instance, within 25 ms by another thread. */
export class Wakeup {
  readonly #committed: () => number;
  #waiting: (() => void)[] = [];
  #polling = false;

  /** `committed` changes with every commit of any thread. */
  constructor(committed: () => number) {
    this.#committed = committed;
  }

  now(): number {
    return this.#committed();
  }

  /** Resolves when something was committed after `seen`, or on abort. */
  after(seen: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#committed() !== seen) return Promise.resolve();
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.#waiting.push(resolve);
      if (!this.#polling) void this.#poll(seen);
    });
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  async #poll(seen: number): Promise<void> {
    this.#polling = true;
    while (this.#waiting.length > 0 && this.#committed() === seen) await sleep(pollMs, null, { ref: false });
    this.#polling = false;
    this.wake();
  }
}
