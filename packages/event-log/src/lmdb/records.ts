import { open, type RootDatabase } from "lmdb";
import { EventLogError } from "../port.ts";
import { type Block, decodeKey, encodeKey, type Place, seekKey } from "./block.ts";

export type Database = RootDatabase<Buffer, Buffer>;
export type Extent = { first: number; end: number };

// Topic id 0 is no topic's: its keys are followed by text and hold what is known about the log itself.
const metaKey = (name: string) => Buffer.from(`\0\0\0\0${name}`);
const topicKey = (topic: string) => metaKey(`topic ${topic}`);
const formatKey = metaKey("format");
const commitsKey = metaKey("commits");
const topicsKey = metaKey("topics");

// Address space, not memory or disk. Beyond it LMDB maps the file anew, at twice the size.
const mapSize = 2 ** 36;

/**
 * Without overlapping sync a commit shows only once it is on the disk. Otherwise a consumer could finish records that a power cut
 * then takes back, and would skip those that get their offsets.
 */
export function openEnvironment(path: string, readOnly: boolean): Database {
  return open<Buffer, Buffer>({
    path,
    readOnly,
    mapSize,
    overlappingSync: false,
    // A commit has one promise then. Otherwise a failed one also rejects another that nobody can reach, and ends the process.
    eventTurnBatching: false,
    encoding: "binary",
    keyEncoding: "binary",
  });
}

/** What is stored of the topics, as reads and as the puts of a commit. Knows no queue, no group and no thread. */
export class Records {
  readonly database: Database;
  readonly partitions: number;
  readonly #topicIds = new Map<string, number>();

  constructor(database: Database, partitions: number) {
    this.database = database;
    this.partitions = partitions;
  }

  /** Creates the log if it may; refuses one that was created otherwise. */
  static async open(database: Database, partitions: number, create: boolean): Promise<Records> {
    const format = `portalstream log 1, partitions: ${partitions}`;
    if (create && database.get(formatKey) === undefined) await database.put(formatKey, Buffer.from(format));
    const found = database.get(formatKey)?.toString();
    if (found === undefined) throw new EventLogError("log_unavailable", true, "the log was not created yet");
    if (found === format) return new Records(database, partitions);
    const message = `the log is "${found}" and cannot be opened as "${format}": the partitions of a log are for ever`;
    throw new EventLogError("log_unavailable", false, message);
  }

  topicId(topic: string): number | undefined {
    const known = this.#topicIds.get(topic);
    if (known !== undefined) return known;
    const stored = this.#number(topicKey(topic));
    if (stored > 0) this.#topicIds.set(topic, stored);
    return stored > 0 ? stored : undefined;
  }

  get topics(): number {
    return this.#number(topicsKey);
  }

  /** Forgets the snapshot that reads share for a turn of the event loop, which may be older than a commit we were told of. */
  refresh(): void {
    this.database.resetReadTxn();
  }

  /** Grows with every commit. */
  get commits(): number {
    return this.#number(commitsKey);
  }

  extent({ topicId, partition }: Place): Extent {
    const [start, end] = [
      seekKey({ topicId, partition }, 0),
      seekKey({ topicId, partition: partition + 1 }, 0),
    ];
    for (const key of this.database.getKeys({ start, end, limit: 1 })) {
      for (const lastKey of this.database.getKeys({ start: end, end: start, reverse: true, limit: 1 })) {
        return { first: decodeKey(key).first, end: decodeKey(lastKey).last + 1 };
      }
    }
    return { first: 0, end: 0 };
  }

  /** The blocks that hold [from, to), as many as make up `enough` bytes. No more blocks = there are none yet. */
  blocks({ topicId, partition }: Place, from: number, to: number, enough: number): Block[] {
    const blocks: Block[] = [];
    let [bytes, expected] = [0, from];
    const range = {
      start: seekKey({ topicId, partition }, from),
      end: seekKey({ topicId, partition: partition + 1 }, 0),
    };
    for (const { key, value } of this.database.getRange(range)) {
      const block = { ...decodeKey(key), value };
      if (block.first >= to) break;
      if (block.first > expected || (blocks.length > 0 && block.first < expected)) {
        if (blocks.length > 0) break;
        const message = `offsets ${expected} to ${block.first} of partition ${partition} of topic ${topicId} are missing or twice there`;
        throw new EventLogError("log_corrupt", false, message);
      }
      blocks.push(block);
      bytes += value.length;
      expected = block.last + 1;
      if (bytes >= enough || expected >= to) break;
    }
    return blocks;
  }

  /** The puts of one commit; durable once the promise and `flushed` resolved. */
  commit(newTopics: ReadonlyMap<string, number>, blocks: readonly Block[]): Promise<unknown> {
    const { database } = this;
    const [topics, commits] = [this.topics + newTopics.size, this.commits + 1];
    return database.batch(() => {
      for (const [topic, id] of newTopics) database.put(topicKey(topic), Buffer.from(`${id}`));
      if (newTopics.size > 0) database.put(topicsKey, Buffer.from(`${topics}`));
      for (const block of blocks) database.put(encodeKey(block), block.value);
      database.put(commitsKey, Buffer.from(`${commits}`));
    });
  }

  /** Removes the blocks that end before the offset, in one commit; durable once the promise and `flushed` resolved. */
  drop({ topicId, partition }: Place, before: number): Promise<unknown> {
    const { database } = this;
    const range = { start: seekKey({ topicId, partition }, 0), end: seekKey({ topicId, partition }, before) };
    const keys = [...database.getKeys(range)];
    return database.batch(() => {
      for (const key of keys) database.remove(key);
    });
  }

  #number(key: Buffer): number {
    const text = this.database.get(key)?.toString();
    return text === undefined ? 0 : Number(text);
  }
}
