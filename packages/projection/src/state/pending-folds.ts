import { randomUUID } from "node:crypto";
import { count, flag, table, text, textList } from "@portalstream/clickhouse";
import { Rows } from "../rows.ts";
import { insertRows } from "./insert-rows.ts";
import { RowReader } from "./row-reader.ts";
import { rowsOf, type StateDb } from "./state-db.ts";

const pendingFolds = table("pending_folds", [
  text("projection_name"),
  count("partition"),
  text("batch"),
  count("version"),
  flag("folded"),
  textList("portals"),
]);

/** Portals of one batch whose facts are stored and whose state is not. */
export type Pending = { partition: number; batch: string; portals: readonly string[] };

/** The durable list of what a projection has to fold. */
export class PendingFolds {
  readonly #db: StateDb;
  readonly #projection: string;

  constructor(db: StateDb, projection: string) {
    this.#db = db;
    this.#projection = projection;
  }

  /** Resolves when the portals are on the list. */
  async add(partition: number, portals: readonly string[]): Promise<Pending> {
    const pending = { partition, batch: randomUUID(), portals };
    await this.#write([pending], false);
    return pending;
  }

  /** Of all processes. */
  async read(): Promise<Pending[]> {
    const sql = `SELECT toFloat64(partition), batch, portals FROM pending_folds FINAL
      WHERE projection_name = {projection:String} AND folded = 0`;
    const rows = rowsOf(await this.#db.lines(sql, { projection: this.#projection }));
    return Array.from(rows, (row) => {
      const values = new RowReader(row);
      return { partition: values.number(), batch: values.text(), portals: values.texts() };
    });
  }

  /** Takes these, and no others, off the list. */
  async remove(pending: readonly Pending[]): Promise<void> {
    if (pending.length > 0) await this.#write(pending, true);
  }

  async #write(pending: readonly Pending[], folded: boolean): Promise<void> {
    const rows = new Rows();
    for (const { partition, batch, portals } of pending) {
      const version = folded ? 2 : 1;
      rows.add(pendingFolds, [this.#projection, partition, batch, version, folded, folded ? [] : portals]);
    }
    await insertRows(rows, (name, chunks) => this.#db.insert(name, chunks));
  }
}
