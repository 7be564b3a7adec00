/**
 * Rows of one batch on their way into tables, as JSONCompactEachRow lines in column order. Times are whole milliseconds, which
 * is how ClickHouse reads a number into DateTime64(3).
 */
export class Rows {
  readonly #lines = new Map<string, string[]>();
  readonly #seen = new Map<string, Set<string>>();
  readonly #latest = new Map<string, Map<string, number>>();

  add(table: string, row: readonly unknown[]): void {
    const line = JSON.stringify(row);
    const lines = this.#lines.get(table);
    if (lines === undefined) this.#lines.set(table, [line]);
    else lines.push(line);
  }

  /** Adds a row unless the batch already has it: for facts that most events repeat. */
  once(table: string, row: readonly unknown[]): void {
    const line = JSON.stringify(row);
    const lines = this.#seen.get(table);
    if (lines === undefined) this.#seen.set(table, new Set([line]));
    else lines.add(line);
  }

  /** Adds a row whose last column is the greatest of the times (ms) given for its other columns. */
  latest(table: string, row: readonly string[], at: number): void {
    const key = JSON.stringify(row);
    const times = this.#latest.get(table);
    if (times === undefined) this.#latest.set(table, new Map([[key, at]]));
    else if (at > (times.get(key) ?? -1)) times.set(key, at);
  }

  /** Bytes per table. */
  *tables(): Generator<[table: string, rows: Buffer]> {
    for (const [table, lines] of this.#lines) yield [table, Buffer.from(lines.join("\n"))];
    for (const [table, lines] of this.#seen) yield [table, Buffer.from([...lines].join("\n"))];
    for (const [table, times] of this.#latest) {
      const lines = [...times].map(([key, at]) => `${key.slice(0, -1)},${at}]`);
      yield [table, Buffer.from(lines.join("\n"))];
    }
  }
}
