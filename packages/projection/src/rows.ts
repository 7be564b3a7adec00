import { Lines } from "./lines.ts";

/**
 * Rows of one batch on their way into tables, as JSONCompactEachRow lines in column order. Times are whole milliseconds, which
 * is how ClickHouse reads a number into DateTime64(3).
 */
export class Rows {
  readonly #lines = new Map<string, Lines>();
  readonly #seen = new Map<string, Set<string>>();
  readonly #latest = new Map<string, Map<string, Latest>>();

  add(table: string, row: readonly unknown[]): void {
    this.#of(table).add(row);
  }

  /** Adds a row that begins with `columns`, a JSON array that is not closed. */
  addTo(table: string, columns: string, more: readonly unknown[]): void {
    this.#of(table).addTo(columns, more);
  }

  /** Adds a row whose last column is text given as bytes, each byte one character. */
  addWithBytes(table: string, row: readonly unknown[], bytes: Uint8Array): void {
    this.#of(table).addWithBytes(row, bytes);
  }

  /** Adds a row unless the batch already has it: for facts that most events repeat. */
  once(table: string, row: readonly unknown[]): void {
    const key = JSON.stringify(row);
    const seen = this.#seen.get(table);
    if (seen?.has(key)) return;
    if (seen === undefined) this.#seen.set(table, new Set([key]));
    else seen.add(key);
    this.add(table, row);
  }

  /** Adds a row whose last column is the greatest of the times (ms) given for its other columns. */
  latest(table: string, row: readonly string[], at: number): void {
    let key = "";
    for (const text of row) key += `${text.length} ${text}`;
    const times = this.#latest.get(table) ?? new Map<string, Latest>();
    this.#latest.set(table, times);
    const before = times.get(key);
    if (before === undefined) times.set(key, { row, at });
    else if (at > before.at) before.at = at;
  }

  /** The rows of each table; to be called once, when all are added: their memory is handed over. */
  *tables(): Generator<[table: string, rows: Uint8Array<ArrayBuffer>]> {
    for (const [table, times] of this.#latest)
      for (const { row, at } of times.values()) this.add(table, [...row, at]);
    for (const [table, lines] of this.#lines) {
      const bytes = lines.bytes();
      lastBytes.set(table, bytes.length);
      yield [table, bytes];
    }
  }

  #of(table: string): Lines {
    const known = this.#lines.get(table);
    if (known !== undefined) return known;
    const lines = new Lines(Math.ceil((lastBytes.get(table) ?? 0) * headroom));
    this.#lines.set(table, lines);
    return lines;
  }
}

/** Batches of one table are much alike, so the last one's size is the next one's guess. */
const lastBytes = new Map<string, number>();
const headroom = 1.1;

type Latest = { row: readonly string[]; at: number };
