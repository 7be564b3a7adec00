import { type Chunks, NativeRows, type Table } from "@portalstream/clickhouse";

/** Rows of one batch on their way into tables, in the Native format. */
export class Rows {
  readonly #tables = new Map<string, NativeRows<readonly unknown[]>>();
  readonly #seen = new Map<string, Set<string>>();
  readonly #latest = new Map<string, Latest>();

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

  /** Adds a row whose last column is the greatest of the times (ms) given for its other columns. */
  latest<Row extends readonly string[]>(
    table: Table<readonly [...Row, number]>,
    row: Readonly<NoInfer<Row>>,
    at: number,
  ): void {
    const { times } = this.#latest.get(table.name) ?? this.#newLatest(table);
    const key = keyOf(row);
    const before = times.get(key);
    if (before === undefined || at > before) times.set(key, at);
  }

  /** The rows of each table; to be called once, when all are added: their memory is handed over. */
  *tables(): Generator<[table: string, rows: Chunks]> {
    for (const { table, times } of this.#latest.values())
      for (const [key, at] of times) this.add(table, [...rowOf(key), at]);
    for (const [table, rows] of this.#tables) yield [table, rows.chunks()];
  }

  #newLatest(table: Table<readonly unknown[]>): Latest {
    const latest = { table, times: new Map() };
    this.#latest.set(table.name, latest);
    return latest;
  }

  #of<Row extends readonly unknown[]>(table: Table<Row>): NativeRows<Row> {
    const known = this.#tables.get(table.name);
    if (known !== undefined) return known;
    const rows = new NativeRows(table);
    this.#tables.set(table.name, rows);
    return rows;
  }
}

type Latest = { table: Table<readonly unknown[]>; times: Map<string, number> };

// When records are replayed for several projections, these add the same row in turn.
let lastAsked: { row: readonly string[]; key: string } | null = null;

/** The texts, each behind its length. */
function keyOf(row: readonly string[]): string {
  if (lastAsked?.row === row) return lastAsked.key;
  let key = "";
  for (const text of row) key += `${text.length} ${text}`;
  lastAsked = { row, key };
  return key;
}

function rowOf(key: string): string[] {
  const row: string[] = [];
  for (let at = 0; at < key.length; ) {
    const start = key.indexOf(" ", at) + 1;
    const end = start + Number(key.slice(at, start));
    row.push(key.slice(start, end));
    at = end;
  }
  return row;
}
