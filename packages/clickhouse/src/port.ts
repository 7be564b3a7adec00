/** Where tables are kept. Implementations: an engine in this process (chdb), a server (HTTP). Both reject with ClickHouseFailure. */
export interface ClickHouse {
  /**
   * `rows` are JSONCompactEachRow lines in the table's column order: whole milliseconds for DateTime64(3), names for enums.
   * Resolves when all of them are on disk; rejects when none may be.
   */
  insert(table: string, rows: Uint8Array): Promise<void>;
  /** One statement with `{name:Type}` parameters. Integers of 64 bits and more come back as strings. */
  query<Row>(sql: string, params?: Params): Promise<Row[]>;
  /** One statement without an answer. */
  command(sql: string): Promise<void>;
  close(): Promise<void>;
}

export type Params = Readonly<Record<string, string | number | boolean | readonly string[]>>;
