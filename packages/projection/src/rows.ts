import { type Chunks, NativeRows, type Table } from "@portalstream/clickhouse";

const mostKnown = 100_000;

/** Rows that are in the tables, of those that are added `once`: they need not be inserted again. */
export class KnownRows {
  readonly #keys = new Set<string>();

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** To be called when these rows are in. */
  add(rows: Rows): void {
    if (this.#keys.size > mostKnown) this.#keys.clear();
    for (const key of rows.addedOnce) this.#keys.add(key);
  }
}

/** Rows of one batch on their way into tables, in the Native format. */
export class Rows {
  readonly #tables = new Map<string, NativeRows<readonly unknown[]>>();
  readonly #known: KnownRows | null;
  readonly #once = new Set<string>();
  readonly #latest = new Map<string, Map<string, Latest>>();

  constructor(known: KnownRows | null = null) {
    this.#known = known;
  }

  add<Row extends readonly unknown[]>(table: Table<Row>, row: NoInfer<Row>): void {
    this.#of(table).add(row);
  }

  /** Adds a row unless the batch already has it, or it is known to be in the table: for facts that most events repeat. */
  once<Row extends readonly unknown[]>(table: Table<Row>, row: NoInfer<Row>): void {
    const key = `${table.name} ${JSON.stringify(row)}`;
    if (this.#once.has(key) || this.#known?.has(key)) return;
    this.#once.add(key);
    this.add(table, row);
  }

  get addedOnce(): Iterable<string> {
    return this.#once;
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
