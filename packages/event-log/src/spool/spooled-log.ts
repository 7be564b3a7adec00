import { refuseTooLarge } from "../largest-record.ts";
import type { Queue } from "../lmdb/queue.ts";
import {
  type Consumer,
  type Consumption,
  type Entry,
  type EventLog,
  EventLogError,
  type Handle,
  type LogRecord,
  type Position,
} from "../port.ts";
import type { Drainer } from "./drainer.ts";
import type { Gate, SpoolMode } from "./gate.ts";
import { closed, type Remote } from "./remote.ts";
import { within } from "./waiter.ts";

export type SpoolStatus = { mode: SpoolMode; records: number; bytes: number; oldestAt: number | null };
export type Parts = {
  queue: Queue;
  gate: Gate;
  drainer: Drainer;
  remote: Remote;
  patienceMs: number;
  /** A remote that does not let go by then is left behind. */
  closeMs: number;
};

/**
 * A remote log with a spool in front of `append`. All else is the remote's, and rejects with a retriable `log_unavailable` until it
 * was opened for the first time; `opened` waits for that. An append that was spooled resolves with no positions.
 */
export class SpooledLog implements EventLog {
  readonly #parts: Parts;
  readonly #running: Promise<void>;
  #state: "open" | "closing" | "closed" = "open";
  #closing: Promise<void> | null = null;
  #last: SpoolStatus | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { remote, drainer } = parts;
    this.#running = remote.opened.then(
      (log) => drainer.run(log),
      () => {},
    );
  }

  async append(topic: string, entries: readonly Entry[]): Promise<Position[]> {
    if (this.#state === "closed") throw closed();
    refuseTooLarge(entries);
    return this.#parts.gate.append(topic, entries);
  }

  async consume(what: Consumption, handle: Handle): Promise<Consumer> {
    if (this.#state === "closing") throw closed();
    return this.#log().consume(what, handle);
  }

  async *read(topic: string, partition: number, from: number, to: number): AsyncGenerator<LogRecord> {
    yield* this.#log().read(topic, partition, from, to);
  }

  async extents(topic: string): Promise<{ partition: number; first: number; end: number }[]> {
    return this.#log().extents(topic);
  }

  async progress(group: string, topic: string): Promise<{ partition: number; next: number }[]> {
    return this.#log().progress(group, topic);
  }

  /** Rejects while neither the spool has room nor the remote is written to and ready. */
  async ready(): Promise<void> {
    if (this.#state === "closed") throw closed();
    const { queue, gate, remote, patienceMs } = this.#parts;
    try {
      await queue.ready();
    } catch (full) {
      if (gate.mode === "spooling" || remote.log === null) throw full;
      const ready = remote.log.ready().then(() => true);
      if (!(await within(patienceMs, ready, false))) throw full;
    }
  }

  /** Resolves once the remote is open. Rejects when this log is closed before. */
  async opened(): Promise<void> {
    await this.#parts.remote.opened;
  }

  status(): SpoolStatus {
    if (this.#last !== null) return this.#last;
    const { gate, queue } = this.#parts;
    const { records, bytes, oldestAt } = queue;
    return { mode: gate.mode, records, bytes, oldestAt };
  }

  /** What is spooled and not drained stays for the next start. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { queue, gate, drainer, remote, patienceMs, closeMs } = this.#parts;
    this.#state = "closing";
    drainer.stop();
    remote.stop();
    await within(2 * patienceMs, gate.answered(), undefined);
    // Its consumers' handlers may append to the end.
    const failure = await within(closeMs, failureOf(remote.log?.close()), null);
    this.#state = "closed";
    gate.close();
    await this.#running;
    this.#last = this.status();
    await queue.close();
    if (failure !== null) throw failure;
  }

  #log(): EventLog {
    if (this.#state === "closed") throw closed();
    const { log } = this.#parts.remote;
    if (log === null) throw new EventLogError("log_unavailable", true, "the remote log is not open yet");
    return log;
  }
}

async function failureOf(closing: Promise<void> | undefined): Promise<unknown> {
  try {
    await closing;
    return null;
  } catch (error) {
    return error;
  }
}
