import type { Limits } from "./limits.ts";
import type { Chunks } from "./rows/chunks.ts";

/** Where tables are kept. Implementations: an engine in this process (chdb), a server (HTTP). Both reject with ClickHouseFailure. */
export interface ClickHouse {
  /**
   * `rows` are blocks in the Native format, as NativeRows writes them. Resolves when all of them are on disk; rejects when none may be.
   */
  insert(table: string, rows: Chunks): Promise<void>;
  /** A few rows, each in the table's column order: whole milliseconds for DateTime64(3), names for enums. Else like `insert`. */
  insertJson(table: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  /** One statement with `{name:Type}` parameters; default: no limits. Integers of 64 bits and more come back as strings. */
  query<Row>(sql: string, params?: Params, limits?: Limits): Promise<Row[]>;
  /**
   * One statement's answer as it came, for another thread to decode: in UTF-8 a line a row, an array of its values in JSON. The memory is
   * the caller's, who may transfer it.
   */
  lines(sql: string, params?: Params): Promise<Uint8Array<ArrayBuffer>>;
  /** One statement without an answer. */
  command(sql: string): Promise<void>;
  close(): Promise<void>;
}

export type Params = Readonly<Record<string, string | number | boolean | readonly string[]>>;
