import { Bytes } from "./bytes.ts";
import { type Chunks, takeChunk } from "./chunks.ts";
import type { Column, ColumnValues } from "./columns.ts";
import type { Table } from "./table.ts";

// A block's columns are written to at the same time: small enough to lie in a processor's cache.
const blockRows = 4096;
const blockBytes = 1024 * 1024;
/** The numbers of columns and rows. */
const mostCounts = 16;

type OpenColumn = { head: Bytes; values: ColumnValues<unknown> };

// Columns of blocks that are finished, for the next rows of their table.
const idle = new WeakMap<readonly Column<unknown>[], OpenColumn[][]>();
const mostIdle = 4;

/**
 * Rows of one table in ClickHouse's Native format: blocks of at most so many rows, and in each block one column after the other with its
 * name and type. The engine reads it for less than half of the CPU time of JSON lines. https://clickhouse.com/docs/interfaces/formats/Native
 */
export class NativeRows<Row extends readonly unknown[]> {
  readonly #declared: readonly Column<unknown>[];
  readonly #columns: OpenColumn[];
  readonly #headBytes: number;
  readonly #full: Buffer[] = [];
  #chunk: Bytes | null = null;
  #rows = 0;
  #bytes = 0;

  constructor({ columns }: Table<Row>) {
    this.#declared = columns;
    this.#columns = idle.get(columns)?.pop() ?? open(columns);
    this.#headBytes = this.#columns.reduce((sum, { head }) => sum + head.length, mostCounts);
  }

  /** What threw between two columns would leave half a row, which the engine refuses with its block: values are of their types. */
  add(row: Row): void {
    const columns = this.#columns;
    for (let at = 0; at < columns.length; at++) this.#bytes += columns[at]?.values.push(row[at]) ?? 0;
    this.#rows += 1;
    if (this.#rows === blockRows || this.#bytes >= blockBytes) this.#finishBlock();
  }

  /** What was written. To be called once, when all are added. */
  chunks(): Chunks {
    if (this.#rows > 0) this.#finishBlock();
    const others = idle.get(this.#declared) ?? [];
    idle.set(this.#declared, others);
    if (others.length < mostIdle) others.push(this.#columns);
    return this.#chunk === null ? this.#full : [...this.#full, this.#chunk.written()];
  }

  #finishBlock(): void {
    const out = this.#chunkFor(this.#headBytes + this.#bytes);
    out.varint(this.#columns.length);
    out.varint(this.#rows);
    for (const { head, values } of this.#columns) {
      out.append(head);
      values.writeTo(out);
      values.clear();
    }
    this.#rows = 0;
    this.#bytes = 0;
  }

  #chunkFor(bytes: number): Bytes {
    if (this.#chunk !== null && bytes <= this.#chunk.free) return this.#chunk;
    if (this.#chunk !== null) this.#full.push(this.#chunk.written());
    this.#chunk = new Bytes(takeChunk(bytes));
    return this.#chunk;
  }
}

function open(columns: readonly Column<unknown>[]): OpenColumn[] {
  return columns.map(({ name, type, values }) => {
    const head = new Bytes(Buffer.alloc(256));
    head.text(name);
    head.text(type);
    return { head, values: values() };
  });
}
