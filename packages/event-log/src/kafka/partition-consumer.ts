import { type Consumption, EventLogError, type Handle, type LogRecord } from "../port.ts";
import { pause, untilDone } from "../until-done.ts";
import type { Budget, Holder } from "./budget.ts";
import { type Limits, PartitionQueue } from "./partition-queue.ts";

export type Settings = Required<Consumption> & { handle: Handle };
export type Place = { topic: string; partition: number };
/** What a partition's consumer asks of the group's. */
export type Group = {
  commit(place: Place, next: number): Promise<void>;
  /** Whether more should be fetched for the partition. */
  flow(place: Place, open: boolean): void;
  /** Fetches the partition from this offset on. */
  seek(place: Place, offset: number): void;
  /** For all of its partitions. */
  budget: Budget;
};

// Batches that were on their way when it was asked for do not count for long.
const seeks = 5;
// Batches make parts of tables, which cost by the piece: while there is more to come, a good share of the largest one is waited for.
const worthwhile = 1 / 4;
const behindLingerMs = 1_000;

/** Handles one partition's records a batch at a time for as long as the group leaves the partition to this member. */
export class PartitionConsumer implements Holder {
  readonly place: Place;
  readonly #settings: Settings;
  readonly #group: Group;
  readonly #queue: PartitionQueue;
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;
  #flowing = true;
  #handling = false;
  #inHand = 0;
  #next: number;
  /** Where the partition ended when it was fetched last. */
  #end = 0;
  #broken: EventLogError | null = null;
  #sought = 0;
  /** When it last finished something, or had nothing to do; performance.now(). */
  progressAt = performance.now();

  constructor(place: Place, from: number, settings: Settings, group: Group, after: Promise<void>) {
    this.place = place;
    this.#settings = settings;
    this.#group = group;
    this.#next = from;
    this.#queue = new PartitionQueue(from);
    group.budget.hold(this, 0);
    this.#done = after.then(() => this.#run()).finally(() => group.budget.leave(this));
  }

  /** Where fetching has got to. */
  get reached(): number {
    return this.#queue.reached;
  }

  /** Whether more may be fetched for it. */
  get flowing(): boolean {
    return this.#flowing;
  }

  get waiting(): boolean {
    return !this.#handling && this.#queue.empty && this.#broken === null;
  }

  /** `end`: the offset that the partition's next record will have. */
  push(records: readonly LogRecord[], compacted: boolean, end: number): void {
    if (this.#broken !== null) return;
    this.#end = end;
    const first = records.find(({ offset }) => offset >= this.#queue.reached);
    if (first !== undefined && first.offset > this.#queue.reached && !compacted) {
      this.#missed(first);
      return;
    }
    this.#sought = 0;
    this.#queue.push(records);
    this.#account();
  }

  /** Nothing that comes after what is here will be handled, for it would skip what is lost. */
  lose(what: string): void {
    if (this.#broken !== null) return;
    const { topic, partition } = this.place;
    this.#broken = new EventLogError("log_corrupt", false, `${topic}/${partition}: ${what}`);
    this.regulate();
    this.#settings.onError(this.#broken, { ...this.place, offset: this.reached });
  }

  /** Aborts the handler's signal; resolves when what is in flight is handled and, where it still may be, committed. */
  end(): Promise<void> {
    this.#ending.abort();
    this.#queue.wake();
    return this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const records = await this.#collect();
      if (records.length === 0) continue;
      this.#handling = true;
      await this.#finish(records);
      this.#handling = false;
      this.#inHand = 0;
      this.#account();
      this.progressAt = performance.now();
    }
  }

  async #collect(): Promise<LogRecord[]> {
    const { signal } = this.#ending;
    while (this.#queue.empty && !signal.aborted) await this.#queue.changed();
    const began = performance.now();
    while (this.#flowing && !signal.aborted && !this.#queue.full(this.#settings)) {
      const behind = this.reached < this.#end;
      if (behind && this.#queue.full(this.#worthwhile)) break;
      const left = began + (behind ? behindLingerMs : this.#settings.lingerMs) - performance.now();
      if (left <= 0) break;
      await Promise.race([this.#queue.changed(), pause(left, signal)]);
    }
    if (signal.aborted) return [];
    const before = this.#queue.bytes;
    const records = this.#queue.take(this.#settings);
    this.#inHand = before - this.#queue.bytes;
    this.regulate();
    return records;
  }

  get #worthwhile(): Limits {
    const { maxRecords, maxBytes } = this.#settings;
    return { maxRecords: maxRecords * worthwhile, maxBytes: maxBytes * worthwhile };
  }

  async #finish(records: readonly LogRecord[]): Promise<void> {
    const { topic, partition } = this.place;
    const { signal } = this.#ending;
    const handled = await this.#untilDone(() => this.#settings.handle({ topic, partition, records }, signal));
    if (!handled) return;
    const next = (records.at(-1)?.offset ?? 0) + 1;
    await this.#untilDone(() => this.#group.commit(this.place, next));
    this.#next = next;
  }

  /** Whether it succeeded before the end. */
  async #untilDone(attempt: () => Promise<void>): Promise<boolean> {
    const onError = (error: unknown) => this.#settings.onError(error, { ...this.place, offset: this.#next });
    return (await untilDone(() => attempt().then(() => true), this.#ending.signal, onError)) !== null;
  }

  /**
   * The group fetches from what was committed last, and whoever had the partition before may have committed after this member read
   * where to begin: what lies between is asked for. When it does not come, it is gone, and going on would skip it in silence.
   */
  #missed(first: LogRecord): void {
    const { reached } = this.#queue;
    if (this.#sought++ < seeks) {
      this.#group.seek(this.place, reached);
      return;
    }
    this.lose(`offsets ${reached} to ${first.offset} are missing from the log`);
  }

  /** Fetches while two batches may be queued, again when one may, and as far as the budget of all lets it. */
  regulate(): void {
    const { maxBytes } = this.#settings;
    const room = this.#flowing ? this.#queue.bytes <= 2 * maxBytes : this.#queue.bytes < maxBytes;
    const open = room && this.#broken === null && this.#group.budget.mayFetch(this);
    if (this.#flowing === open) return;
    this.#flowing = open;
    this.#group.flow(this.place, open);
    // Whoever waits for a fuller batch: nothing comes.
    if (!open) this.#queue.wake();
  }

  #account(): void {
    this.#group.budget.hold(this, this.#queue.bytes + this.#inHand);
    this.regulate();
  }
}
