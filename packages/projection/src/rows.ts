import { type Chunks, NativeRows, type Table } from "@portalstream/clickhouse";

/** Rows of one batch on their way into tables, in the Native format. */
export class Rows {
  readonly #tables = new Map<string, NativeRows<readonly unknown[]>>();
  readonly #seen = new Map<string, Set<string>>();
  readonly #latest = new Map<string, Map<string, Latest>>();

  add<Row extends readonly unknown[]>(table: Table<Row>, row: NoInfer<Row>): void {
    this.#of(table).add(row);
  }

  /** Adds a row unless the batch already has it: for facts that most events repeat. */
  once<Row extends readonly unknown[]>(table: Table<Row>, row: NoInfer<Row>): void {
    const key = JSON.stringify(row);
    const seen = this.#seen.get(table.name);
    if (seen?.has(key)) return;
    if (seen === undefined) this.#seen.set(table.name, new Set([key]));
    else seen.add(key);
    this.add(table, row);
  }

  /** Of what comes under one key only the latest time (ms) counts; `rowsOf` makes its rows. */
  latest<Row extends readonly unknown[]>(
    table: Table<Row>,
    key: string,
    at: number,
    rowsOf: (at: number) => readonly NoInfer<Row>[],
  ): void {
    const byKey = this.#latest.get(table.name) ?? new Map<string, Latest>();
    this.#latest.set(table.name, byKey);
    const known = byKey.get(key);
    if (known === undefined)
      byKey.set(key, {
        at,
        add: (last) => {
          for (const row of rowsOf(last)) this.add(table, row);
        },
      });
    else if (at > known.at) known.at = at;
  }

  /** The rows of each table; to be called once, when all are added: their memory is handed over. */
  *tables(): Generator<[table: string, rows: Chunks]> {
    for (const byKey of this.#latest.values()) for (const { at, add } of byKey.values()) add(at);
    for (const [table, rows] of this.#tables) yield [table, rows.chunks()];
  }

  #of<Row extends readonly unknown[]>(table: Table<Row>): NativeRows<Row> {
    const known = this.#tables.get(table.name);
    if (known !== undefined) return known;
    const rows = new NativeRows(table);
    this.#tables.set(table.name, rows);
    return rows;
  }
}

type Latest = { at: number; add: (at: number) => void };
