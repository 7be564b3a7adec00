import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { EventLogError, type LogRecord } from "../port.ts";
import { Pieces } from "./pieces.ts";

/** A transaction that was given up: its records from `firstOffset` on are in the log, but do not count. */
export type Aborted = { producerId: bigint; firstOffset: bigint };
/** `last`: the greatest offset that the batches cover, also where no record is left of them; -1 = there is no whole batch. */
export type Decoded = { records: LogRecord[]; last: number };
type Batch = {
  attributes: number;
  baseOffset: number;
  baseTimestamp: number;
  maxTimestamp: number;
  count: number;
};

// Record batch, version 2: https://kafka.apache.org/documentation/#recordbatch
const headerBytes = 61;
const beforeLength = 12;
const magic = 2;
const codecMask = 0x07;
const logAppendTime = 0x08;
const transactional = 0x10;
const control = 0x20;
const abortMarker = 0;
const longestVarint = 5;

/**
 * Reads the records of a partition's part of a fetch answer, `bytes` long. Their values are views of what arrived. The last batch may be
 * cut off, because a broker counts bytes and not batches.
 */
export function readRecordBatches(
  from: Pieces,
  bytes: number,
  partition: number,
  aborted: readonly Aborted[],
): Decoded {
  const end = from.position + bytes;
  const decoded: Decoded = { records: [], last: -1 };
  const ahead = [...aborted].sort((one, other) => Number(one.firstOffset - other.firstOffset));
  const givenUp = new Set<bigint>();
  while (from.position + headerBytes <= end) {
    const start = from.position;
    const header = from.take(headerBytes);
    const batchEnd = start + beforeLength + header.readInt32BE(8);
    if (batchEnd > end) break;
    if (header[16] !== magic) throw unreadable(`its format has the version ${header[16]}`);
    const batch: Batch = {
      attributes: header.readInt16BE(21),
      baseOffset: Number(header.readBigInt64BE(0)),
      baseTimestamp: Number(header.readBigInt64BE(27)),
      maxTimestamp: Number(header.readBigInt64BE(35)),
      count: header.readInt32BE(57),
    };
    const producerId = header.readBigInt64BE(43);
    decoded.last = batch.baseOffset + header.readInt32BE(23);
    for (; ahead[0] !== undefined && Number(ahead[0].firstOffset) <= decoded.last; ahead.shift())
      givenUp.add(ahead[0].producerId);
    if ((batch.attributes & control) !== 0) {
      if (readMarker(from) === abortMarker) givenUp.delete(producerId);
    } else if ((batch.attributes & transactional) === 0 || !givenUp.has(producerId))
      readRecords(unpacked(from, batchEnd, batch.attributes & codecMask), batch, partition, decoded.records);
    from.skip(batchEnd - from.position);
  }
  from.skip(end - from.position);
  return decoded;
}

function readRecords(from: Pieces, batch: Batch, partition: number, records: LogRecord[]): void {
  const stamped = (batch.attributes & logAppendTime) !== 0;
  for (let left = batch.count; left > 0; left--) {
    from.ensure(Math.min(longestVarint, from.left));
    const length = from.varint();
    from.ensure(length);
    const end = from.at + length;
    from.at += 1;
    const timestamp = batch.baseTimestamp + from.varint();
    const offset = batch.baseOffset + from.varint();
    const keyEnd = Math.max(0, from.varint()) + from.at;
    const key = from.buffer.toString("utf8", from.at, keyEnd);
    from.at = keyEnd;
    const valueEnd = Math.max(0, from.varint()) + from.at;
    const value = from.buffer.subarray(from.at, valueEnd);
    if (valueEnd > end) throw unreadable("a record is longer than it says");
    records.push({ partition, offset, key, timestamp: stamped ? batch.maxTimestamp : timestamp, value });
    from.at = end;
  }
}

/** A control batch holds one record, whose key is a version and a type, int16 each. */
function readMarker(from: Pieces): number {
  from.ensure(Math.min(2 * longestVarint, from.left));
  const length = from.varint();
  from.ensure(length);
  from.at += 1;
  from.varint();
  from.varint();
  const keyBytes = from.varint();
  return keyBytes < 4 ? -1 : from.buffer.readInt16BE(from.at + 2);
}

function unpacked(from: Pieces, end: number, codec: number): Pieces {
  if (codec === 0) return from;
  const unpack = codecs.get(codec);
  if (unpack === undefined) throw unreadable("it is packed, and neither with gzip nor with zstd");
  return new Pieces([unpack(from.take(end - from.position))]);
}

const codecs = new Map<number, (packed: Buffer) => Buffer>([
  [1, (packed) => gunzipSync(packed)],
  [4, (packed) => zstdDecompressSync(packed)],
]);

const unreadable = (why: string) =>
  new EventLogError("log_unavailable", false, `a batch of records cannot be read: ${why}`);
