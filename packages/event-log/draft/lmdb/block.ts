import { crc32 } from "node:zlib";
import { EventLogError } from "../errors.ts";
import type { Entry, LogRecord } from "../port.ts";

// A block is what one group appends to one partition: u32 CRC-32 of the rest, u32 count, f64 timestamp, then a record each:
// u32 key length, u32 value length, key (UTF-8), value. All little-endian.
const headerBytes = 16;
const recordBytes = 8;

export function encodeBlock(entries: readonly Entry[], timestamp: number): Buffer {
  let size = headerBytes;
  for (const { key, value } of entries) size += recordBytes + Buffer.byteLength(key) + value.length;
  const block = Buffer.allocUnsafe(size);
  block.writeUInt32LE(entries.length, 4);
  block.writeDoubleLE(timestamp, 8);
  let at = headerBytes;
  for (const { key, value } of entries) {
    const keyBytes = block.write(key, at + recordBytes);
    block.writeUInt32LE(keyBytes, at);
    block.writeUInt32LE(value.length, at + 4);
    block.set(value, at + recordBytes + keyBytes);
    at += recordBytes + keyBytes + value.length;
  }
  block.writeUInt32LE(crc32(block.subarray(4)), 0);
  return block;
}

/** Number of records in a block, from its header alone. */
export const countOf = (block: Buffer): number => block.readUInt32LE(4);

/** The records of a block; their values are views of it. Throws EventLogError log_corrupt. */
export function decodeBlock(block: Buffer, partition: number, base: number): LogRecord[] {
  if (block.length < headerBytes || block.readUInt32LE(0) !== crc32(block.subarray(4)))
    throw new EventLogError("log_corrupt", `the block at offset ${base} of partition ${partition} is damaged`);
  const timestamp = block.readDoubleLE(8);
  const records: LogRecord[] = [];
  let at = headerBytes;
  for (let index = 0; index < countOf(block); index += 1) {
    const keyEnd = at + recordBytes + block.readUInt32LE(at);
    const valueEnd = keyEnd + block.readUInt32LE(at + 4);
    records.push({
      partition,
      offset: base + index,
      key: block.toString("utf8", at + recordBytes, keyEnd),
      timestamp,
      value: block.subarray(keyEnd, valueEnd),
    });
    at = valueEnd;
  }
  return records;
}
