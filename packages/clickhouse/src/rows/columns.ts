import { Bytes } from "./bytes.ts";

/** Memory of a column that one huge value made large is not kept for the next block. */
const mostKept = 4 * 1024 * 1024;

/** A column of the rows that are being written. */
export interface ColumnValues<Value> {
  /** Answers how many bytes it took. */
  push(value: Value): number;
  writeTo(out: Bytes): void;
  clear(): void;
}

/** A column of a table: the type is that in which values are sent; the engine makes its own of it, e.g. an enum of a name. */
export type Column<Value> = { name: string; type: string; values: () => ColumnValues<Value> };

type Put<Value> = (bytes: Bytes, value: Value) => void;

class PlainValues<Value> implements ColumnValues<Value> {
  #bytes = new Bytes();
  readonly #put: Put<Value>;

  constructor(put: Put<Value>) {
    this.#put = put;
  }

  push(value: Value): number {
    const before = this.#bytes.length;
    this.#put(this.#bytes, value);
    return this.#bytes.length - before;
  }

  writeTo(out: Bytes): void {
    out.append(this.#bytes);
  }

  clear(): void {
    if (this.#bytes.capacity > mostKept) this.#bytes = new Bytes();
    this.#bytes.clear();
  }
}

/** `absent` is what stands in the place of a value that is null. */
class NullableValues<Value> implements ColumnValues<Value | null> {
  readonly #nulls = new Bytes();
  readonly #values: ColumnValues<Value>;
  readonly #absent: Value;

  constructor(values: ColumnValues<Value>, absent: Value) {
    this.#values = values;
    this.#absent = absent;
  }

  push(value: Value | null): number {
    this.#nulls.uint8(value === null ? 1 : 0);
    return 1 + this.#values.push(value ?? this.#absent);
  }

  writeTo(out: Bytes): void {
    out.append(this.#nulls);
    this.#values.writeTo(out);
  }

  clear(): void {
    this.#nulls.clear();
    this.#values.clear();
  }
}

class ArrayValues<Value> implements ColumnValues<readonly Value[]> {
  /** Where each row's values end. */
  readonly #ends = new Bytes();
  readonly #values: ColumnValues<Value>;
  #count = 0;

  constructor(values: ColumnValues<Value>) {
    this.#values = values;
  }

  push(values: readonly Value[]): number {
    let bytes = 8;
    for (const value of values) bytes += this.#values.push(value);
    this.#count += values.length;
    this.#ends.int64(this.#count);
    return bytes;
  }

  writeTo(out: Bytes): void {
    out.append(this.#ends);
    this.#values.writeTo(out);
  }

  clear(): void {
    this.#count = 0;
    this.#ends.clear();
    this.#values.clear();
  }
}

const texts = () => new PlainValues<string>((bytes, value) => bytes.text(value));
const latin1 = () => new PlainValues<Uint8Array>((bytes, value) => bytes.latin1(value));
const uint16 = () => new PlainValues<number>((bytes, value) => bytes.uint16(value));
const uint8 = () => new PlainValues<boolean>((bytes, value) => bytes.uint8(value ? 1 : 0));
const int64 = () => new PlainValues<number>((bytes, value) => bytes.int64(value));

/** String, LowCardinality(String), or an enum, whose names are sent. */
export const text = (name: string): Column<string> => ({ name, type: "String", values: texts });

/** A text that is given as bytes, each of them one character. */
export const latin1Text = (name: string): Column<Uint8Array> => ({ name, type: "String", values: latin1 });

export const textOrNull = (name: string): Column<string | null> => ({
  name,
  type: "Nullable(String)",
  values: () => new NullableValues(texts(), ""),
});

export const textList = (name: string): Column<readonly string[]> => ({
  name,
  type: "Array(String)",
  values: () => new ArrayValues(texts()),
});

export const smallCount = (name: string): Column<number> => ({ name, type: "UInt16", values: uint16 });

export const flag = (name: string): Column<boolean> => ({ name, type: "UInt8", values: uint8 });

/** Up to 2^53. */
export const count = (name: string): Column<number> => ({ name, type: "UInt64", values: int64 });

const timeType = "DateTime64(3, 'UTC')";

/** Milliseconds since 1970. */
export const time = (name: string): Column<number> => ({ name, type: timeType, values: int64 });

export const timeOrNull = (name: string): Column<number | null> => ({
  name,
  type: `Nullable(${timeType})`,
  values: () => new NullableValues(int64(), 0),
});
