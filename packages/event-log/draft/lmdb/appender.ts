import { EventLogError } from "../errors.ts";
import type { Entry, Position } from "../port.ts";
import { encodeBlock } from "./block.ts";
import { extentOf } from "./reading.ts";
import { keyOf, partitionOf, type Store } from "./store.ts";

type Waiting = {
  topic: string;
  entries: readonly Entry[];
  resolve: (positions: Position[]) => void;
  reject: (error: EventLogError) => void;
};
type Partition = { topic: string; partition: number; base: number; entries: Entry[] };

/** Appends in groups: while one group is on its way to the disk, the next gathers. There is no timer. */
export class Appender {
  readonly #store: Store;
  readonly #maxBytes: number;
  readonly #onCommit: () => void;
  readonly #ends = new Map<string, number>();
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #closed = false;
  #bytes: number;

  constructor(store: Store, maxBytes: number, onCommit: () => void) {
    this.#store = store;
    this.#maxBytes = maxBytes;
    this.#onCommit = onCommit;
    this.#bytes = this.#measure();
  }

  append(topic: string, entries: readonly Entry[]): Promise<Position[]> {
    if (this.#closed) return Promise.reject(new EventLogError("log_closed", "the log is closed"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ topic, entries, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Rejects while the log has no room. */
  checkRoom(): void {
    if (this.#closed) throw new EventLogError("log_closed", "the log is closed");
    if (this.#bytes > this.#maxBytes) throw full();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Lets all callers of this turn of the event loop into the first group.
    await null;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#write(group);
    }
    this.#running = null;
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    try {
      this.checkRoom();
      const { partitions, positions } = this.#assign(group);
      await this.#store.root.batch(() => {
        for (const one of partitions) this.#put(one);
        this.#store.topics.put("\u0000commits", (this.#store.topics.get("\u0000commits") ?? 0) + 1);
      });
      await this.#store.root.flushed;
      for (const { topic, partition, base, entries } of partitions)
        this.#ends.set(`${topic}/${partition}`, base + entries.length);
      this.#onCommit();
      for (const [index, { resolve }] of group.entries()) resolve(positions[index] ?? []);
    } catch (error) {
      // What reached the disk is not known, so the ends are read from it again.
      this.#ends.clear();
      const failure = error instanceof EventLogError ? error : failureOf(error);
      for (const { reject } of group) reject(failure);
    }
  }

  #assign(group: readonly Waiting[]) {
    const byPartition = new Map<string, Partition>();
    const positions = group.map(({ topic, entries }) =>
      entries.map((entry): Position => {
        const partition = partitionOf(entry.key, this.#store.partitions);
        const name = `${topic}/${partition}`;
        let one = byPartition.get(name);
        if (one === undefined) {
          one = { topic, partition, base: this.#endOf(topic, partition), entries: [] };
          byPartition.set(name, one);
        }
        one.entries.push(entry);
        return { topic, partition, offset: one.base + one.entries.length - 1 };
      }),
    );
    return { partitions: [...byPartition.values()], positions };
  }

  #put({ topic, partition, base, entries }: Partition): void {
    const { topics, blocks } = this.#store;
    let id = topics.get(topic);
    if (id === undefined) {
      id = topics.getCount() + 1;
      topics.put(topic, id);
    }
    const block = encodeBlock(entries, Date.now());
    this.#bytes += block.length;
    blocks.put(keyOf(id, partition, base), block);
  }

  #endOf(topic: string, partition: number): number {
    const name = `${topic}/${partition}`;
    const known = this.#ends.get(name) ?? extentOf(this.#store, topic, partition).end;
    this.#ends.set(name, known);
    return known;
  }

  #measure(): number {
    if (this.#maxBytes === Number.POSITIVE_INFINITY) return 0;
    let bytes = 0;
    for (const { value } of this.#store.blocks.getRange({})) bytes += value.length;
    return bytes;
  }
}
const full = () => new EventLogError("log_full", "the log has no room for more");

function failureOf(error: unknown): EventLogError {
  return new EventLogError("log_unavailable", "the group could not be written", { cause: error });
}
