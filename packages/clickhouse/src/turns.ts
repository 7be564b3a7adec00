const sliceMs = 1;

/** Cuts a long work into slices: asked between its parts, which are short. */
export type Pace = {
  /** Whether this slice is over. Then `next` must be awaited. */
  readonly over: boolean;
  /** Resolves when the next slice may begin. Rejects with the signal's reason once that is aborted. */
  next(): Promise<void>;
};

type Waiting = () => void;

/**
 * Shares a thread among long works: in one turn of its event loop one slice of one work runs. Else many short slices would make one
 * long turn, in which no request is answered. Keys take turns, and within a key the work that waits longest is first.
 */
export class Turns {
  /** Those that wait, by key; the key whose turn is next is first. */
  readonly #keys = new Map<string, Set<Waiting>>();
  #isScheduled = false;

  /** For one work. Its first slice has begun. */
  of(key: string, signal: AbortSignal): Pace {
    let began = performance.now();
    return {
      get over() {
        return performance.now() - began >= sliceMs;
      },
      next: async () => {
        await this.#turn(key, signal);
        began = performance.now();
      },
    };
  }

  #turn(key: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const end = () => {
        this.#remove(key, start);
        reject(signal.reason);
      };
      const start = () => {
        signal.removeEventListener("abort", end);
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
      const waiting = this.#keys.get(key);
      if (waiting === undefined) this.#keys.set(key, new Set([start]));
      else waiting.add(start);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#keys.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#startNext();
      this.#schedule();
    });
  }

  #startNext(): void {
    const [next] = this.#keys;
    if (next === undefined) return;
    const [key, waiting] = next;
    this.#keys.delete(key);
    const [start = () => {}] = waiting;
    waiting.delete(start);
    if (waiting.size > 0) this.#keys.set(key, waiting);
    start();
  }

  #remove(key: string, start: Waiting): void {
    const waiting = this.#keys.get(key);
    waiting?.delete(start);
    if (waiting?.size === 0) this.#keys.delete(key);
  }
}

/** Of this thread, which has one event loop. */
export const turns = new Turns();
