import { consumptionDefaults } from "../consumption-defaults.ts";
import type { Consumer, Consumption, Handle, LogRecord } from "../port.ts";
import { pause, untilDone } from "../until-done.ts";
import type { Changes } from "./changes.ts";
import { Cursor } from "./cursor.ts";
import type { Progress } from "./progress.ts";
import type { Records } from "./records.ts";

export type Source = { records: Records; progress: Progress; changes: Changes };
type Settings = Required<Consumption> & { handle: Handle };
type Batching = { records: LogRecord[]; bytes: number; full: boolean };

/** Runs each partition of each topic by itself until it is stopped. */
export function startConsumer(source: Source, what: Consumption, handle: Handle): Consumer {
  const settings = { ...consumptionDefaults, ...what, handle };
  const stopping = new AbortController();
  const partitions = [...Array(source.records.partitions).keys()];
  const running = what.topics.flatMap((topic) =>
    partitions.map((partition) =>
      new PartitionConsumer(source, settings, topic, partition, stopping.signal).run(),
    ),
  );
  // As a connection would: waiting for records is a reason for a process to live.
  const alive = setInterval(() => {}, 2 ** 30);
  return {
    stop: async () => {
      stopping.abort();
      source.changes.announceAll();
      await Promise.all(running);
      clearInterval(alive);
    },
  };
}

class PartitionConsumer {
  readonly #source: Source;
  readonly #settings: Settings;
  readonly #topic: string;
  readonly #partition: number;
  readonly #signal: AbortSignal;
  readonly #cursor: Cursor;
  /** Read but not yet in a batch. */
  #ahead: LogRecord[] = [];
  #next: number;

  constructor(source: Source, settings: Settings, topic: string, partition: number, signal: AbortSignal) {
    this.#source = source;
    this.#settings = settings;
    this.#topic = topic;
    this.#partition = partition;
    this.#signal = signal;
    this.#next = source.progress.next(settings.group, topic, partition);
    this.#cursor = new Cursor(source.records, topic, partition, this.#next, Number.POSITIVE_INFINITY);
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      const records = await this.#untilDone(() => this.#collect());
      if (records !== null && records.length > 0) await this.#untilDone(() => this.#finish(records));
    }
  }

  async #finish(records: readonly LogRecord[]): Promise<void> {
    const { group, handle } = this.#settings;
    const [topic, partition] = [this.#topic, this.#partition];
    await handle({ topic, partition, records }, this.#signal);
    const next = (records.at(-1)?.offset ?? 0) + 1;
    await this.#source.progress.save(group, topic, partition, next);
    this.#next = next;
  }

  /** Waits for records, and then a little for more. Nothing = stopped meanwhile. */
  async #collect(): Promise<LogRecord[]> {
    const batch: Batching = { records: [], bytes: 0, full: false };
    while (batch.records.length === 0) {
      const changed = this.#source.changes.next(`${this.#topic}/${this.#partition}`);
      await this.#fill(batch);
      if (batch.records.length === 0) await changed;
      if (this.#signal.aborted) return [];
    }
    if (batch.full) return batch.records;
    await pause(this.#settings.lingerMs, this.#signal);
    if (this.#signal.aborted) return [];
    await this.#fill(batch);
    return batch.records;
  }

  /** What is in the batch leaves it only to the handler: a failure to read on is met again by the next batch. */
  async #fill(batch: Batching): Promise<void> {
    for (;;) {
      this.#take(batch);
      if (batch.full) return;
      try {
        this.#ahead = await this.#cursor.chunk();
      } catch (error) {
        if (batch.records.length === 0) throw error;
        return;
      }
      if (this.#ahead.length === 0) return;
    }
  }

  #take(batch: Batching): void {
    const { maxRecords, maxBytes } = this.#settings;
    let taken = 0;
    for (const record of this.#ahead) {
      const bytes = batch.bytes + record.key.length + record.value.length;
      batch.full = batch.records.length > 0 && bytes > maxBytes;
      if (batch.full) break;
      batch.records.push(record);
      batch.bytes = bytes;
      taken++;
      batch.full = batch.records.length >= maxRecords;
      if (batch.full) break;
    }
    this.#ahead = this.#ahead.slice(taken);
  }

  #untilDone<Result>(attempt: () => Promise<Result>): Promise<Result | null> {
    return untilDone(attempt, this.#signal, (error) =>
      this.#settings.onError(error, { topic: this.#topic, partition: this.#partition, offset: this.#next }),
    );
  }
}
