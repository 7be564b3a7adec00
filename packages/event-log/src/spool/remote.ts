import { type EventLog, EventLogError } from "../port.ts";
import { growingMs, Waiter } from "./waiter.ts";

/** The remote log, which is opened for as long as it takes. */
export class Remote {
  readonly #open: () => Promise<EventLog>;
  readonly #longestPauseMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #waiter = new Waiter();
  readonly #opened = Promise.withResolvers<EventLog>();
  #log: EventLog | null = null;
  #stopped = false;

  constructor(open: () => Promise<EventLog>, longestPauseMs: number, onError: (error: unknown) => void) {
    this.#longestPauseMs = longestPauseMs;
    this.#open = open;
    this.#onError = onError;
    // Not everybody asks.
    this.#opened.promise.catch(() => {});
  }

  /** Null: not open yet. */
  get log(): EventLog | null {
    return this.#log;
  }

  /** Rejects when it is stopped before. */
  get opened(): Promise<EventLog> {
    return this.#opened.promise;
  }

  async openOnce(): Promise<EventLog> {
    const log = await this.#open();
    if (this.#stopped) {
      await log.close();
      throw closed();
    }
    this.#log = log;
    this.#opened.resolve(log);
    return log;
  }

  /** Goes on with an attempt that was begun. */
  async keepOpening(begun: Promise<EventLog>): Promise<void> {
    let attempt = begun;
    for (let failures = 0; ; failures++) {
      try {
        await attempt;
        return;
      } catch (error) {
        if (this.#stopped) return;
        this.#onError(error);
      }
      await this.#waiter.wait(growingMs(failures, this.#longestPauseMs));
      if (this.#stopped) return;
      attempt = this.openOnce();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#opened.reject(closed());
    this.#waiter.wake();
  }
}

export function closed(): EventLogError {
  return new EventLogError("log_closed", false, "the log was closed");
}
