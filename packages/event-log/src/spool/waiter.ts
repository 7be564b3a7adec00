/** One waits, anybody may wake it. Whoever waits looks again at what he waits for: it may have been woken for nothing. */
export class Waiter {
  #end: (() => void) | null = null;

  wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = ms === Number.POSITIVE_INFINITY ? null : setTimeout(() => this.wake(), ms);
    this.#end = () => {
      if (timer !== null) clearTimeout(timer);
      resolve();
    };
    return promise;
  }

  wake(): void {
    this.#end?.();
    this.#end = null;
  }
}

/** Pauses that grow up to the longest; many processes that lost the same remote do not come back in step. */
export function growingMs(failures: number, longestMs: number): number {
  const grown = Math.min(longestMs, (longestMs / 40) * 2 ** Math.min(failures, 10));
  return grown * (0.5 + Math.random() / 2);
}

/** What the promise resolves with, or `late` when it takes longer. */
export async function within<Value>(ms: number, promise: Promise<Value>, late: Value): Promise<Value> {
  const timeout = Promise.withResolvers<Value>();
  const timer = setTimeout(() => timeout.resolve(late), ms);
  try {
    return await Promise.race([promise, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
