import type { Chunks, ClickHouse } from "@portalstream/clickhouse";
import { GroupCommit } from "./group-commit.ts";

const maxBytes = 64 * 1024 * 1024;

/**
 * Inserts into one table after another by group commit: an insert costs the engine about the same for ten rows as for a thousand, and
 * batches of several partitions fill the same tables.
 */
export class InsertQueue {
  readonly #db: Pick<ClickHouse, "insert">;
  readonly #tables = new Map<string, GroupCommit<Chunks>>();

  constructor(db: Pick<ClickHouse, "insert">) {
    this.#db = db;
  }

  insert(table: string, rows: Chunks): Promise<void> {
    const bytes = rows.reduce((sum, { length }) => sum + length, 0);
    return this.#of(table).add(rows, bytes);
  }

  #of(table: string): GroupCommit<Chunks> {
    const known = this.#tables.get(table);
    if (known !== undefined) return known;
    // Blocks in the Native format may follow each other.
    const inserts = new GroupCommit<Chunks>(maxBytes, (group) => this.#db.insert(table, group.flat()));
    this.#tables.set(table, inserts);
    return inserts;
  }
}
