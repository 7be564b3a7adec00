import type { EventLog, LogRecord } from "./port.ts";

/** Reads a topic from its beginning, and at each later call what is new. */
export class TopicReader {
  readonly #log: Pick<EventLog, "extents" | "read">;
  readonly #topic: string;
  readonly #keep: (record: LogRecord) => void;
  readonly #next = new Map<number, number>();
  #reading: Promise<void> = Promise.resolve();
  #queued: Promise<void> | null = null;

  constructor(
    log: Pick<EventLog, "extents" | "read">,
    topic: string,
    /** Called in the order of offsets; of a compacted topic, with fewer records. */
    keep: (record: LogRecord) => void,
  ) {
    this.#log = log;
    this.#topic = topic;
    this.#keep = keep;
  }

  /** Resolves when all is kept that was in the topic at the call. Calls share a read that has not begun, so that they do not pile up. */
  read(): Promise<void> {
    this.#queued ??= this.#reading
      .catch(() => {})
      .then(() => {
        this.#queued = null;
        return this.#readNew();
      });
    this.#reading = this.#queued;
    return this.#reading;
  }

  async #readNew(): Promise<void> {
    for (const { partition, first, end } of await this.#log.extents(this.#topic)) {
      const from = Math.max(first, this.#next.get(partition) ?? 0);
      if (from >= end) continue;
      for await (const record of this.#log.read(this.#topic, partition, from, end)) {
        this.#keep(record);
        this.#next.set(partition, record.offset + 1);
      }
      // Compaction may have removed the last ones.
      this.#next.set(partition, end);
    }
  }
}
