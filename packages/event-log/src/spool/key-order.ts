import { type Entry, type EventLog, EventLogError, type Position } from "../port.ts";

/** Entries of one key, and whoever waits for them. */
export type Call = {
  topic: string;
  key: string;
  entries: readonly Entry[];
  /** How often the gate had looked for late answers. */
  since: number;
  resolve: (positions: Position[]) => void;
  reject: (error: unknown) => void;
};

export type Outcome = {
  confirmed: (call: Call, positions: Position[]) => void;
  /** For ever: nothing of the call is kept, and others are no worse off. */
  refused: (call: Call, error: EventLogError) => void;
  failed: (error: unknown) => void;
};

// Calls that waited for their key go together, as many as make up this, and one at least.
const togetherBytes = 2 ** 19;

/**
 * The way straight to the remote, one append in flight a key. With two, the first could fail and the second succeed, and what then
 * goes the long way through the spool would come after what it was called before.
 */
export class KeyOrder {
  readonly #remote: EventLog;
  readonly #outcome: Outcome;
  /** Who waits for each key that has an append in flight or is about to. */
  readonly #waiting = new Map<string, Call[]>();
  /** Keys whose first append goes at the end of this turn. */
  readonly #begun: string[] = [];
  #closed = false;

  constructor(remote: EventLog, outcome: Outcome) {
    this.#remote = remote;
    this.#outcome = outcome;
  }

  send(call: Call): void {
    const place = `${call.topic}\n${call.key}`;
    const waiting = this.#waiting.get(place);
    if (waiting !== undefined) {
      waiting.push(call);
      return;
    }
    this.#waiting.set(place, [call]);
    // What one turn of the event loop brings for a key goes together.
    if (this.#begun.length === 0) setImmediate(() => this.#sendBegun());
    this.#begun.push(place);
  }

  /** Sends no more. What is in flight may still succeed, and is then told. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
  }

  #sendBegun(): void {
    for (const place of this.#begun.splice(0)) this.#sendNext(place);
  }

  #sendNext(place: string): void {
    if (this.#closed) return;
    const waiting = this.#waiting.get(place) ?? [];
    const [first] = waiting;
    if (first === undefined) {
      this.#waiting.delete(place);
      return;
    }
    let [count, bytes] = [0, 0];
    for (const { entries } of waiting) {
      for (const { key, value } of entries) bytes += key.length + value.length;
      if (count > 0 && bytes > togetherBytes) break;
      count++;
    }
    this.#append(place, first.topic, waiting.splice(0, count));
  }

  #append(place: string, topic: string, calls: readonly Call[]): void {
    const entries = calls.length === 1 ? (calls[0]?.entries ?? []) : calls.flatMap((call) => call.entries);
    this.#remote.append(topic, entries).then(
      (positions) => {
        this.#sendNext(place);
        let at = 0;
        for (const call of calls) {
          this.#outcome.confirmed(call, positions.slice(at, at + call.entries.length));
          at += call.entries.length;
        }
      },
      (error: unknown) => {
        if (!this.#closed) this.#failed(place, calls, error);
      },
    );
  }

  #failed(place: string, [call, ...others]: readonly Call[], error: unknown): void {
    // Several calls together may be too large where each alone is not.
    const forEver = error instanceof EventLogError && error.code === "record_too_large";
    if (forEver && call !== undefined && others.length === 0) {
      this.#sendNext(place);
      this.#outcome.refused(call, error);
    } else {
      this.#outcome.failed(error);
    }
  }
}
