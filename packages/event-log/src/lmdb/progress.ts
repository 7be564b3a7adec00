import { asLogError } from "./lmdb-error.ts";
import type { Database } from "./records.ts";

/** What each group has finished. An environment of its own: saving never waits for an append, nor an append for it. */
export class Progress {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The offset that the group is to handle next. */
  next(group: string, topic: string, partition: number): number {
    const saved = this.#database.get(keyOf(group, topic, partition))?.toString();
    return saved === undefined ? 0 : Number(saved);
  }

  async save(group: string, topic: string, partition: number, next: number): Promise<void> {
    try {
      await this.#database.put(keyOf(group, topic, partition), Buffer.from(`${next}`));
      await this.#database.flushed;
    } catch (error) {
      throw await asLogError(error, `the progress of ${group} was not saved`);
    }
  }
}

function keyOf(group: string, topic: string, partition: number): Buffer {
  return Buffer.from(`${group}\0${topic}\0${partition}`);
}
