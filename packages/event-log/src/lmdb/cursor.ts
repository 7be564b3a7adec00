import { setImmediate as nextTurn } from "node:timers/promises";
import type { LogRecord } from "../port.ts";
import { decodeInto } from "./block.ts";
import type { Records } from "./records.ts";

// A slice of work that others on the thread do not notice, and all that is read ahead.
const chunkBytes = 2 ** 18;

/** Reads one partition forwards from `next`. */
export class Cursor {
  readonly #records: Records;
  readonly #topic: string;
  readonly #partition: number;
  readonly #to: number;
  #next: number;

  constructor(records: Records, topic: string, partition: number, from: number, to: number) {
    this.#records = records;
    this.#topic = topic;
    this.#partition = partition;
    this.#next = from;
    this.#to = to;
  }

  /** What comes next, some 256 KiB; nothing = there is no more, for now. Throws at the first record that cannot be read. */
  async chunk(): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    const topicId = this.#records.topicId(this.#topic);
    if (topicId === undefined) return records;
    const blocks = this.#records.blocks(
      { topicId, partition: this.#partition },
      this.#next,
      this.#to,
      chunkBytes,
    );
    for (const block of blocks) {
      try {
        decodeInto(records, block, this.#next, this.#to);
      } catch (error) {
        if (records.length === 0) throw error;
        break;
      }
      this.#next = block.last + 1;
    }
    if (records.length > 0) await nextTurn();
    return records;
  }
}
