import { crc32 } from "node:zlib";
import { EventLogError, type LogRecord } from "../port.ts";

// A block: consecutive records of one partition, stored as one value, so that writing and reading a thousand records are a few
// operations of the B-tree. Key: topic u32, partition u32, offset of the last record u64, count u32; value: crc32 of the key and
// the rest u32, then records of key length u32, key, timestamp f64, value length u32, value. All big-endian. The last offset leads
// in the key so that the block which holds an offset is the first one at or after it.

export type Place = { topicId: number; partition: number };
export type BlockKey = Place & { first: number; last: number };
export type Block = BlockKey & { value: Buffer };

const keyBytes = 20;
const crcBytes = 4;
/** Of each record, beside its key and value. */
export const overheadBytes = 16;

export function encodeKey({ topicId, partition, first, last }: BlockKey): Buffer {
  const key = Buffer.allocUnsafe(keyBytes);
  writePlace(key, topicId, partition, last);
  key.writeUInt32BE(last - first + 1, 16);
  return key;
}

export function decodeKey(key: Uint8Array): BlockKey {
  if (key.length !== keyBytes)
    throw new EventLogError("log_corrupt", false, "a key of the log is not one of a block");
  const view = new DataView(key.buffer, key.byteOffset, key.length);
  const last = view.getUint32(8) * 2 ** 32 + view.getUint32(12);
  return {
    topicId: view.getUint32(0),
    partition: view.getUint32(4),
    first: last - view.getUint32(16) + 1,
    last,
  };
}

/** Sorts before the block that holds the offset, and after the one before it. */
export function seekKey({ topicId, partition }: Place, offset: number): Buffer {
  const key = Buffer.allocUnsafe(16);
  writePlace(key, topicId, partition, offset);
  return key;
}

function writePlace(key: Buffer, topicId: number, partition: number, offset: number): void {
  key.writeUInt32BE(topicId, 0);
  key.writeUInt32BE(partition, 4);
  key.writeUInt32BE(Math.floor(offset / 2 ** 32), 8);
  key.writeUInt32BE(offset >>> 0, 12);
}

export type NewRecord = { key: string; timestamp: number; value: Uint8Array };

/** `bytes` = the sum of overhead, key and value of the records. */
export function encodeValue(blockKey: Buffer, records: readonly NewRecord[], bytes: number): Buffer {
  const block = Buffer.allocUnsafeSlow(crcBytes + bytes);
  let at = crcBytes;
  for (const { key, timestamp, value } of records) {
    const written = block.write(key, at + 4);
    block.writeUInt32BE(written, at);
    at += 4 + written;
    at = block.writeDoubleBE(timestamp, at);
    at = block.writeUInt32BE(value.length, at);
    block.set(value, at);
    at += value.length;
  }
  block.writeUInt32BE(crc32(block.subarray(crcBytes), crc32(blockKey)), 0);
  return block;
}

/** Appends the block's records in [from, to) to `records`; their values are views of the block. */
export function decodeInto(records: LogRecord[], block: Block, from: number, to: number): void {
  const { partition, first, last, value: bytes } = block;
  if (
    bytes.length < crcBytes ||
    bytes.readUInt32BE(0) !== crc32(bytes.subarray(crcBytes), crc32(encodeKey(block)))
  ) {
    throw new EventLogError(
      "log_corrupt",
      false,
      `the block of offsets ${first} to ${last} of partition ${partition} is damaged`,
    );
  }
  let at = crcBytes;
  for (let offset = first; offset <= last && offset < to; offset++) {
    const keyEnd = at + 4 + bytes.readUInt32BE(at);
    const valueAt = keyEnd + 12;
    const end = valueAt + bytes.readUInt32BE(keyEnd + 8);
    if (offset >= from) {
      const key = bytes.toString("utf8", at + 4, keyEnd);
      records.push({
        partition,
        offset,
        key,
        timestamp: bytes.readDoubleBE(keyEnd),
        value: bytes.subarray(valueAt, end),
      });
    }
    at = end;
  }
}
