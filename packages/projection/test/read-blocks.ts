import type { Chunks } from "@portalstream/clickhouse";

/** The rows of blocks in the Native format, for the types that tables are written in. */
export function readBlocks(chunks: Chunks): unknown[][] {
  const bytes = Buffer.concat(chunks);
  const rows: unknown[][] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const skip = (size: number) => {
    at += size;
    return at - size;
  };
  const text = () => {
    const length = varint();
    return bytes.toString("utf8", at, skip(length) + length);
  };
  const times = <T>(count: number, one: (index: number) => T) =>
    Array.from({ length: count }, (_, i) => one(i));
  const column = (type: string, count: number): unknown[] => {
    const [, inner] = /^(?:Nullable|Array)\((.*)\)$/.exec(type) ?? [];
    if (inner !== undefined && type.startsWith("Nullable")) {
      const nulls = times(count, () => bytes.readUInt8(skip(1)));
      return column(inner, count).map((value, i) => (nulls[i] === 1 ? null : value));
    }
    if (inner !== undefined) {
      const ends = times(count, () => Number(bytes.readBigUInt64LE(skip(8))));
      const values = column(inner, ends.at(-1) ?? 0);
      return ends.map((end, i) => values.slice(ends[i - 1] ?? 0, end));
    }
    if (type === "String") return times(count, text);
    if (type === "UInt16") return times(count, () => bytes.readUInt16LE(skip(2)));
    return times(count, () => bytes.readBigInt64LE(skip(8)).toString());
  };
  while (at < bytes.length) {
    const [columns, count] = [varint(), varint()];
    const read = times(columns, () => {
      text();
      return column(text(), count);
    });
    rows.push(...times(count, (row) => read.map((values) => values[row])));
  }
  return rows;
}
