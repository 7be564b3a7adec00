import { refuseTooLarge } from "../largest-record.ts";
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
import type { Appender } from "./appender.ts";
import { type Source, startConsumer } from "./consumer.ts";
import { Cursor } from "./cursor.ts";

export type Parts = Source & {
  /** Null: this log only reads. */ appender: Appender | null;
  release: () => Promise<void>;
};

/** The port over LMDB: who may do what, and in which order it ends. */
export class EmbeddedLog implements EventLog {
  readonly #parts: Parts;
  readonly #partitions: readonly number[];
  readonly #consumers = new Set<Consumer>();
  #state: "open" | "closing" | "closed" = "open";
  #closing: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#partitions = [...Array(parts.records.partitions).keys()];
  }

  async append(topic: string, entries: readonly Entry[]): Promise<Position[]> {
    this.#refuseIfClosed();
    const { appender } = this.#parts;
    if (appender === null)
      throw new EventLogError("log_unavailable", false, "this log was opened to be read");
    refuseTooLarge(entries);
    return entries.length === 0 ? [] : appender.append(topic, entries);
  }

  async consume(what: Consumption, handle: Handle): Promise<Consumer> {
    if (this.#state === "closing") throw closed();
    this.#refuseIfClosed();
    for (const topic of what.topics) this.#refuseLostRecords(what.group, topic);
    const started = startConsumer(this.#parts, what, handle);
    const consumer = {
      stop: async () => {
        await started.stop();
        this.#consumers.delete(consumer);
      },
    };
    this.#consumers.add(consumer);
    return consumer;
  }

  async *read(topic: string, partition: number, from: number, to: number): AsyncGenerator<LogRecord> {
    this.#refuseIfClosed();
    const cursor = new Cursor(this.#parts.records, topic, partition, from, to);
    for (let chunk = await cursor.chunk(); chunk.length > 0; chunk = await cursor.chunk()) {
      for (const record of chunk) yield record;
      this.#refuseIfClosed();
    }
  }

  async extents(topic: string): Promise<{ partition: number; first: number; end: number }[]> {
    this.#refuseIfClosed();
    return this.#partitions.map((partition) => ({ partition, ...this.#extent(topic, partition) }));
  }

  async progress(group: string, topic: string): Promise<{ partition: number; next: number }[]> {
    this.#refuseIfClosed();
    const { progress } = this.#parts;
    return this.#partitions.map((partition) => ({ partition, next: progress.next(group, topic, partition) }));
  }

  async ready(): Promise<void> {
    this.#refuseIfClosed();
    await this.#parts.appender?.ready();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#state = "closing";
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()));
    this.#state = "closed";
    const { stuck } = (await this.#parts.appender?.drain()) ?? { stuck: false };
    // LMDB's own close waits for the write that does not end.
    if (!stuck) await this.#parts.release();
  }

  #extent(topic: string, partition: number): { first: number; end: number } {
    const topicId = this.#parts.records.topicId(topic);
    return topicId === undefined ? { first: 0, end: 0 } : this.#parts.records.extent({ topicId, partition });
  }

  /** Going on would skip the records that get the offsets of the lost ones. */
  #refuseLostRecords(group: string, topic: string): void {
    for (const partition of this.#partitions) {
      const next = this.#parts.progress.next(group, topic, partition);
      const { end } = this.#extent(topic, partition);
      if (next <= end) continue;
      const message = `${group} has finished ${topic}/${partition} up to ${next}, but the log ends at ${end}: records were lost`;
      throw new EventLogError("log_corrupt", false, message);
    }
  }

  #refuseIfClosed(): void {
    if (this.#state === "closed") throw closed();
  }
}

function closed(): EventLogError {
  return new EventLogError("log_closed", false, "the log was closed");
}
