import { crc32c } from "./crc32c.ts";
import { type Frame, varintBytes } from "./frame.ts";

export type Keyed = { key: string; value: Uint8Array };
export type Produced = { id: bigint; epoch: number; firstSequence: number };

const magic = 2;
const batchHeadBytes = 61;
// Of a record: its length, attributes, time, place in the batch, lengths of key and value, count of headers.
const recordHeadBytes = 5 + 1 + 1 + 5 + 5 + 5 + 1;
const utf8Bytes = 3;

/** Bytes that a batch of these takes at most. */
export function batchBound(records: readonly Keyed[]): number {
  let bytes = batchHeadBytes;
  for (const { key, value } of records) bytes += recordHeadBytes + key.length * utf8Bytes + value.length;
  return bytes;
}

/** Writes a record batch, version 2, with one time for all its records: https://kafka.apache.org/documentation/#recordbatch */
export function writeBatch(to: Frame, records: readonly Keyed[], by: Produced, now: number): void {
  to.int64(0n);
  const length = to.skip(4);
  const start = to.at;
  to.int32(0);
  to.int8(magic);
  const checksum = to.skip(4);
  const checked = to.at;
  to.int16(0);
  to.int32(records.length - 1);
  to.int64(BigInt(now));
  to.int64(BigInt(now));
  to.int64(by.id);
  to.int16(by.epoch);
  to.int32(by.firstSequence);
  to.int32(records.length);
  records.forEach((record, at) => {
    writeRecord(to, record, at);
  });
  to.uint32(crc32c(to.since(checked)), checksum);
  to.int32(to.at - start, length);
}

function writeRecord(to: Frame, { key, value }: Keyed, at: number): void {
  const keyBytes = Buffer.byteLength(key);
  const parts = varintBytes(at) + varintBytes(keyBytes) + keyBytes + varintBytes(value.length) + value.length;
  to.varint(parts + 3);
  to.int8(0);
  to.varint(0);
  to.varint(at);
  to.varint(keyBytes);
  to.text(key);
  to.varint(value.length);
  to.raw(value);
  to.varint(0);
}
