import type { Head, Queue, Queued } from "../lmdb/queue.ts";
import { type Entry, type EventLog, EventLogError } from "../port.ts";
import type { Gate } from "./gate.ts";
import { growingMs, Waiter } from "./waiter.ts";

// What is left when new appends are held back for the last of it.
const lastRecords = 1_000;

export type DrainerConfig = {
  queue: Queue;
  gate: Gate;
  attemptMs: number;
  longestPauseMs: number;
  onError: (error: unknown) => void;
};
/** What the remote has not confirmed yet. */
type Delivery = { topics: Map<string, Entry[]> };

/** Brings what is spooled to the remote, in order, and opens the way there again once nothing is left. */
export class Drainer {
  readonly #queue: Queue;
  readonly #gate: Gate;
  readonly #onError: (error: unknown) => void;
  readonly #attemptMs: number;
  readonly #longestPauseMs: number;
  readonly #waiter = new Waiter();
  #stopped = false;

  constructor({ queue, gate, attemptMs, longestPauseMs, onError }: DrainerConfig) {
    this.#queue = queue;
    this.#gate = gate;
    this.#attemptMs = attemptMs;
    this.#longestPauseMs = longestPauseMs;
    this.#onError = onError;
    gate.onChange = () => this.#waiter.wake();
  }

  /** For the life of the log. Resolves after `stop`, and never waits for the remote then. */
  async run(remote: EventLog): Promise<void> {
    while (!this.#stopped) {
      if (this.#gate.mode === "direct") await this.#waiter.wait(Number.POSITIVE_INFINITY);
      else await this.#drainOnce(remote);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#waiter.wake();
  }

  async #drainOnce(remote: EventLog): Promise<void> {
    const head = await this.#persist(async () => this.#queue.head());
    if (head === undefined) return;
    if (head.queued.length > 0) return this.#drain(remote, head);
    if (!this.#gate.idle) return this.#waiter.wait(Number.POSITIVE_INFINITY);
    // Neither takes anything: the next append is a probe, and not each of them shall be one.
    if (this.#gate.refused) await this.#waiter.wait(growingMs(2, this.#longestPauseMs));
    if (this.#queue.records === 0 && this.#gate.idle && !this.#stopped) this.#gate.goDirect(remote);
  }

  async #drain(remote: EventLog, { queued, next }: Head): Promise<void> {
    await this.#deliver(remote, byTopic(queued));
    if (this.#stopped) return;
    await this.#persist(() => this.#queue.drop(next));
    if (this.#queue.records <= lastRecords) this.#gate.hold();
  }

  /** Sends until every topic has confirmed once, be it late. */
  async #deliver(remote: EventLog, delivery: Delivery): Promise<void> {
    for (let failures = 0; !this.#stopped; failures++) {
      const failure = await this.#attempt(remote, delivery);
      if (delivery.topics.size === 0 || this.#stopped) return;
      this.#gate.fallBack(failure);
      this.#onError(failure);
      await this.#waitFor(growingMs(failures, this.#longestPauseMs), () => delivery.topics.size === 0);
      if (delivery.topics.size === 0) return;
    }
  }

  async #attempt(remote: EventLog, { topics }: Delivery): Promise<unknown> {
    let failure: unknown = null;
    for (const [topic, entries] of topics) {
      remote
        .append(topic, entries)
        .then(
          () => topics.delete(topic),
          (error: unknown) => {
            failure ??= error;
          },
        )
        .then(() => this.#waiter.wake());
    }
    await this.#waitFor(this.#attemptMs, () => topics.size === 0 || failure !== null);
    const late = `the log did not answer for ${this.#attemptMs} ms`;
    return failure ?? new EventLogError("log_unavailable", true, late);
  }

  async #waitFor(ms: number, condition: () => boolean): Promise<void> {
    const deadline = performance.now() + ms;
    for (let left = ms; left > 0 && !condition() && !this.#stopped; left = deadline - performance.now())
      await this.#waiter.wait(left);
  }

  /** Tries until the disk does it; undefined = stopped before it did. */
  async #persist<Result>(attempt: () => Promise<Result>): Promise<Result | undefined> {
    for (let failures = 0; !this.#stopped; failures++) {
      try {
        return await attempt();
      } catch (error) {
        this.#gate.fallBack(error);
        this.#onError(error);
        await this.#waitFor(growingMs(failures, this.#longestPauseMs), () => false);
      }
    }
    return undefined;
  }
}

function byTopic(queued: readonly Queued[]): Delivery {
  const topics = new Map<string, Entry[]>();
  for (const { topic, entry } of queued) {
    const own = topics.get(topic) ?? [];
    topics.set(topic, own);
    own.push(entry);
  }
  return { topics };
}
