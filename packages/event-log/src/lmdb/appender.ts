import { setImmediate as nextTurn } from "node:timers/promises";
import { type Entry, EventLogError, type Observe, type Position } from "../port.ts";
import { type Block, encodeKey, encodeValue, type NewRecord, overheadBytes, type Place } from "./block.ts";
import { asLogError } from "./lmdb-error.ts";
import { partitionOf } from "./partition-of.ts";
import type { Records } from "./records.ts";
import type { Room } from "./room.ts";

type Call = {
  topic: string;
  entries: readonly Entry[];
  resolve: (positions: Position[]) => void;
  reject: (error: Error) => void;
};
type Partition = Place & { topic: string; next: number };
type Draft = { partition: Partition; first: number; records: NewRecord[]; bytes: number };

// One commit holds this much, and at least one call.
const groupBytes = 16 * 2 ** 20;
// A log that cannot keep this much is not ready: it is what one webhook may bring.
const readyBytes = 2 ** 20;
// LMDB neither resolves nor rejects in some failures of a disk. A caller must hear something.
const patienceMs = 30_000;

/** While a group of calls is written and synced, new calls collect and go as the next group. A group fails as a whole. */
export class Appender {
  readonly #records: Records;
  readonly #room: Room;
  readonly #onCommit: (partitions: Iterable<string>) => void;
  readonly #observe: Observe;
  readonly #blockBytes: number;
  readonly #partitions = new Map<string, Partition[]>();
  #queue: Call[] = [];
  #running: Promise<void> | null = null;
  #failure: EventLogError | null = null;
  #stuck: EventLogError | null = null;

  /** A block holds `blockBytes`, and at least one record. */
  constructor(
    records: Records,
    room: Room,
    onCommit: (partitions: Iterable<string>) => void,
    observe: Observe = () => {},
    blockBytes = 2 ** 19,
  ) {
    this.#records = records;
    this.#room = room;
    this.#onCommit = onCommit;
    this.#observe = observe;
    this.#blockBytes = blockBytes;
  }

  append(topic: string, entries: readonly Entry[]): Promise<Position[]> {
    if (this.#stuck !== null) return Promise.reject(this.#stuck);
    const { promise, resolve, reject } = Promise.withResolvers<Position[]>();
    this.#queue.push({ topic, entries, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** After a failure, an append of nothing tells whether the cause has gone. */
  async ready(): Promise<void> {
    if (this.#stuck !== null) throw this.#stuck;
    this.#room.check(readyBytes);
    if (this.#failure !== null) await this.append("", []);
  }

  async drain(): Promise<{ stuck: boolean }> {
    while (this.#running !== null && this.#stuck === null) await this.#running;
    return { stuck: this.#stuck !== null };
  }

  async #run(): Promise<void> {
    // The end of a turn of the event loop: whatever its callbacks append goes in one group.
    for (await nextTurn(); this.#queue.length > 0; await nextTurn())
      await this.#writeGroup(this.#takeGroup());
    this.#running = null;
  }

  #takeGroup(): Call[] {
    let [count, bytes] = [0, 0];
    for (const { entries } of this.#queue) {
      for (const { key, value } of entries) bytes += key.length + value.length + overheadBytes;
      if (count > 0 && bytes > groupBytes) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #writeGroup(group: readonly Call[]): Promise<void> {
    const giveUp = setTimeout(() => {
      this.#stuck = new EventLogError(
        "log_unavailable",
        true,
        `the disk did not answer for ${patienceMs} ms`,
      );
      for (const call of [...group, ...this.#queue.splice(0)]) call.reject(this.#stuck);
    }, patienceMs);
    try {
      const positions = await this.#write(group);
      this.#failure = null;
      group.forEach((call, index) => {
        call.resolve(positions[index] ?? []);
      });
    } catch (error) {
      const failure = await asLogError(error, "the append was not kept");
      this.#failure = failure;
      // What the disk holds now is read back before the next group is given offsets.
      this.#partitions.clear();
      for (const call of group) call.reject(failure);
    } finally {
      clearTimeout(giveUp);
      this.#stuck = null;
    }
  }

  async #write(group: readonly Call[]): Promise<Position[][]> {
    const started = performance.now();
    const newTopics = new Map<string, number>();
    const drafts = new Map<Partition, Draft[]>();
    const timestamp = Date.now();
    const positions = group.map(({ topic, entries }) =>
      entries.map(({ key, value }) => {
        const partition = this.#partition(topic, key, newTopics);
        addTo(drafts, partition, { key, timestamp, value }, this.#blockBytes);
        return { topic, partition: partition.partition, offset: partition.next++ };
      }),
    );
    const blocks = [...drafts.values()].flat().map(toBlock);
    this.#room.check(blocks.reduce((sum, { value }) => sum + value.length, 0));
    await this.#records.commit(newTopics, blocks);
    await this.#records.database.flushed;
    this.#onCommit([...drafts.keys()].map(({ topic, partition }) => `${topic}/${partition}`));
    this.#tell(positions, blocks, (performance.now() - started) / 1000);
    return positions;
  }

  #tell(positions: readonly Position[][], blocks: readonly Block[], seconds: number): void {
    const records = positions.reduce((sum, own) => sum + own.length, 0);
    const bytes = blocks.reduce((sum, { value }) => sum + value.length, 0);
    if (records > 0) this.#observe({ kind: "group", records, bytes, seconds });
  }

  #partition(topic: string, key: string, newTopics: Map<string, number>): Partition {
    const known = this.#partitions.get(topic) ?? this.#load(topic, newTopics);
    const partition = known[partitionOf(key, known.length)];
    if (partition === undefined) throw new Error("a log has at least one partition");
    return partition;
  }

  #load(topic: string, newTopics: Map<string, number>): Partition[] {
    const stored = this.#records.topicId(topic);
    const topicId = stored ?? this.#records.topics + newTopics.size + 1;
    if (stored === undefined) newTopics.set(topic, topicId);
    const partitions = Array.from({ length: this.#records.partitions }, (_, partition) => {
      const place = { topicId, partition };
      return { ...place, topic, next: this.#records.extent(place).end };
    });
    this.#partitions.set(topic, partitions);
    return partitions;
  }
}

function addTo(
  drafts: Map<Partition, Draft[]>,
  partition: Partition,
  record: NewRecord,
  blockBytes: number,
): void {
  const own = drafts.get(partition) ?? [];
  drafts.set(partition, own);
  const bytes = overheadBytes + Buffer.byteLength(record.key) + record.value.length;
  const draft = own.at(-1);
  if (draft === undefined || draft.bytes + bytes > blockBytes) {
    own.push({ partition, first: partition.next, records: [record], bytes });
  } else {
    draft.records.push(record);
    draft.bytes += bytes;
  }
}

function toBlock({ partition: { topicId, partition }, first, records, bytes }: Draft): Block {
  const key = { topicId, partition, first, last: first + records.length - 1 };
  return { ...key, value: encodeValue(encodeKey(key), records, bytes) };
}
