import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Entry, LogRecord } from "../port.ts";
import { Appender } from "./appender.ts";
import { type Block, decodeInto, type Place } from "./block.ts";
import { lockFolder, syncFolders } from "./folder.ts";
import { asLogError } from "./lmdb-error.ts";
import { openEnvironment, Records } from "./records.ts";
import { Room, usedBytes } from "./room.ts";

export type Queued = { topic: string; entry: Entry };
/** What has waited longest, in order. `next` is what `drop` takes once it is done with. */
export type Head = { queued: Queued[]; next: number };
export type QueueConfig = { path: string; maxBytes: number };

const name = "queue";
const place: Place = { topicId: 1, partition: 0 };
// A page with what LMDB keeps in it. Every page that was given back then fits, and the file hardly outgrows what is in use. The rest of
// the limit is for records that need several pages side by side.
const blockBytes = 4_064;
const usableShare = 7 / 8;
// What a head holds at most, but always one block.
const headRecords = 1_000;
const headBytes = 2 ** 19;

/** Entries of any topics on the disk, first in, first out. */
export class Queue {
  readonly #records: Records;
  readonly #appender: Appender;
  readonly #release: () => Promise<void>;
  #first: number;
  #end: number;
  #oldestAt: number | null = null;

  constructor(records: Records, room: Room, release: () => Promise<void>) {
    this.#records = records;
    this.#appender = new Appender(
      records,
      room,
      () => {},
      () => {},
      blockBytes,
    );
    this.#release = release;
    const { first, end } = records.extent(place);
    [this.#first, this.#end] = [first, end];
  }

  get records(): number {
    return this.#end - this.#first;
  }

  get bytes(): number {
    return this.records === 0 ? 0 : usedBytes(this.#records.database);
  }

  /** When the first of them was appended. */
  get oldestAt(): number | null {
    if (this.records === 0) return null;
    if (this.#oldestAt === null) {
      const records: LogRecord[] = [];
      for (const block of this.#blocks(1)) decodeInto(records, block, this.#first, this.#first + 1);
      this.#oldestAt = records.at(0)?.timestamp ?? null;
    }
    return this.#oldestAt;
  }

  /** Resolves = durable. Concurrent calls share one write; they are queued in the order of the calls. */
  async append(topic: string, entries: readonly Entry[]): Promise<void> {
    const named = entries.map(({ key, value }) => ({ key: `${topic}\n${key}`, value }));
    const positions = await this.#appender.append(name, named);
    const [first, last] = [positions.at(0), positions.at(-1)];
    if (first === undefined || last === undefined) return;
    if (this.records === 0) this.#first = first.offset;
    this.#end = last.offset + 1;
  }

  /** Nothing queued = the queue is empty. */
  head(): Head {
    const head: Head = { queued: [], next: this.#first };
    let bytes = 0;
    for (const block of this.#blocks(headBytes)) {
      bytes += block.value.length;
      const records: LogRecord[] = [];
      decodeInto(records, block, this.#first, this.#end);
      const tooMuch = bytes > headBytes || head.queued.length + records.length > headRecords;
      if (tooMuch && head.queued.length > 0) break;
      for (const record of records) head.queued.push(queuedOf(record));
      head.next = block.last + 1;
    }
    return head;
  }

  /** Gives up what a head held, and its room. Resolves = it will not come again. */
  async drop(next: number): Promise<void> {
    const { database } = this.#records;
    // At once: whoever asks meanwhile must not look for what is being removed.
    this.#first = next;
    this.#oldestAt = null;
    try {
      await this.#records.drop(place, next);
      await database.flushed;
    } catch (error) {
      throw await asLogError(error, "what was taken from the queue was not removed");
    }
  }

  /** Rejects while an append could not be kept. */
  ready(): Promise<void> {
    return this.#appender.ready();
  }

  async close(): Promise<void> {
    const { stuck } = await this.#appender.drain();
    // LMDB's own close waits for the write that does not end.
    if (!stuck) await this.#release();
  }

  #blocks(enough: number): Block[] {
    if (this.records === 0) return [];
    this.#records.refresh();
    return this.#records.blocks(place, this.#first, this.#end, enough);
  }
}

/** Fails while another process has the folder. What an earlier process left there is still queued. */
export async function openQueue(config: QueueConfig): Promise<Queue> {
  const path = resolve(config.path);
  const held: (() => unknown)[] = [];
  const release = async () => {
    for (const letGo of held.splice(0).reverse()) await letGo();
  };
  try {
    held.push(lockFolder(path));
    const database = openEnvironment(join(path, "records"), false);
    held.push(() => database.close());
    const records = await Records.open(database, 1, true);
    syncFolders(path, ["records"]);
    return new Queue(records, new Room(path, database, config.maxBytes * usableShare), release);
  } catch (error) {
    await release();
    throw await asLogError(error, `the queue at ${path} cannot be opened`);
  }
}

/** How many records wait in a folder that nobody has open. */
export async function queuedRecords(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const queue = await openQueue({ path, maxBytes: 0 });
  await queue.close();
  return queue.records;
}

function queuedOf({ key, value }: LogRecord): Queued {
  const split = key.indexOf("\n");
  return { topic: key.slice(0, split), entry: { key: key.slice(split + 1), value } };
}
