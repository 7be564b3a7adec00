import { setTimeout as sleep } from "node:timers/promises";
import type { Queue } from "../lmdb/queue.ts";
import { type Entry, type EventLog, EventLogError, type Position } from "../port.ts";
import { type Call, KeyOrder } from "./key-order.ts";

export type SpoolMode = "direct" | "spooling";
/** `cause`: why the remote is not written to directly; null when it is again. */
export type OnMode = (mode: SpoolMode, cause: unknown) => void;

const looksPerPatience = 5;

type GateConfig = { queue: Queue; patienceMs: number; onMode: OnMode };

/**
 * Decides for each append whether it goes to the remote or to the spool, so that what came first gets there first:
 * - direct: to the remote. When one call fails or is not answered in time, all that are unanswered go to the spool, in their order;
 *   but one that is too large for the remote is refused, for it could never leave the spool again.
 * - spooling: to the spool.
 * - returning: held back for the moment in which the last of the spool is drained; then direct, or, if that fails, to the spool.
 */
export class Gate {
  readonly #queue: Queue;
  readonly #patienceMs: number;
  readonly #onMode: OnMode;
  /** Called but not answered by the remote, oldest first. */
  readonly #unanswered = new Set<Call>();
  #state: SpoolMode | "returning" = "spooling";
  #order: KeyOrder | null = null;
  /**
   * Looks in a while, for all calls: a timer for each would cost more than the rest of the gate. Age is counted in looks: a thread
   * that stood still has not looked, and has not read the answers that came meanwhile either.
   */
  #clock: NodeJS.Timeout | null = null;
  #watching = false;
  #looks = 0;
  #spooling = 0;
  #refused = false;
  /** Told when there is an outage, and when the spool has answered. */
  onChange: () => void = () => {};

  constructor({ queue, patienceMs, onMode }: GateConfig) {
    this.#queue = queue;
    this.#patienceMs = patienceMs;
    this.#onMode = onMode;
  }

  get mode(): SpoolMode {
    return this.#state === "direct" ? "direct" : "spooling";
  }

  /** No append to the spool is in flight. */
  get idle(): boolean {
    return this.#spooling === 0;
  }

  /** The spool could not keep the last append that it answered. */
  get refused(): boolean {
    return this.#refused;
  }

  append(topic: string, entries: readonly Entry[]): Promise<Position[]> {
    const first = entries[0];
    if (first === undefined) return Promise.resolve([]);
    if (this.#state === "spooling") return this.#spool(topic, entries);
    return entries.every(({ key }) => key === first.key)
      ? this.#call(topic, first.key, entries)
      : this.#callByKey(topic, entries);
  }

  /** Holds calls back while the rest of the spool is drained. */
  hold(): void {
    if (this.#state === "spooling") this.#state = "returning";
  }

  /** The spool must be empty and idle. */
  goDirect(remote: EventLog): void {
    this.#state = "direct";
    const order = new KeyOrder(remote, {
      confirmed: (call, positions) => {
        this.#unanswered.delete(call);
        call.resolve(positions);
      },
      refused: (call, error) => {
        this.#unanswered.delete(call);
        call.reject(error);
      },
      failed: (error) => this.fallBack(error),
    });
    this.#order = order;
    for (const call of this.#unanswered) order.send(call);
    this.#onMode("direct", null);
  }

  fallBack(cause: unknown): void {
    if (this.#state === "spooling") return;
    const told = this.#state === "direct";
    this.close();
    if (told) this.#onMode("spooling", cause);
    this.onChange();
  }

  /** Resolves when every call was answered, or went to the spool. */
  async answered(): Promise<void> {
    while (this.#unanswered.size > 0) await sleep(5);
  }

  /** From now on all goes to the spool, first of all what the remote has not answered. */
  close(): void {
    this.#state = "spooling";
    this.#order?.close();
    const calls = [...this.#unanswered];
    this.#unanswered.clear();
    for (const { topic, entries, resolve, reject } of calls)
      this.#spool(topic, entries).then(resolve, reject);
  }

  #spool(topic: string, entries: readonly Entry[]): Promise<Position[]> {
    this.#spooling++;
    return this.#queue.append(topic, entries).then(
      () => {
        this.#settled(false);
        return [];
      },
      (error: unknown) => {
        this.#settled(true);
        throw error;
      },
    );
  }

  #settled(refused: boolean): void {
    this.#refused = refused;
    this.#spooling--;
    this.onChange();
  }

  #call(topic: string, key: string, entries: readonly Entry[]): Promise<Position[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Position[]>();
    const call = { topic, key, entries, since: this.#looks, resolve, reject };
    this.#unanswered.add(call);
    if (!this.#watching) this.#watch();
    if (this.#state === "direct") this.#order?.send(call);
    return promise;
  }

  async #callByKey(topic: string, entries: readonly Entry[]): Promise<Position[]> {
    const keys = Map.groupBy(entries.entries(), ([, { key }]) => key);
    const positions: Position[] = [];
    const parts = [...keys].map(async ([key, own]) => {
      const found = await this.#call(
        topic,
        key,
        own.map(([, entry]) => entry),
      );
      own.forEach(([index], nth) => {
        const position = found[nth];
        if (position !== undefined) positions[index] = position;
      });
      return found.length > 0;
    });
    return (await Promise.all(parts)).every((known) => known) ? positions : [];
  }

  #watch(): void {
    this.#watching = true;
    if (this.#clock === null)
      this.#clock = setTimeout(() => this.#look(), this.#patienceMs / looksPerPatience);
    else this.#clock.refresh();
  }

  #look(): void {
    const [oldest] = this.#unanswered;
    if (oldest === undefined) {
      this.#watching = false;
    } else if (this.#looks++ < oldest.since + looksPerPatience) {
      this.#watch();
    } else {
      this.#watching = false;
      const late = `the log did not answer for ${this.#patienceMs} ms`;
      this.fallBack(new EventLogError("log_unavailable", true, late));
    }
  }
}
