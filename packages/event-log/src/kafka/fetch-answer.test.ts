import { createRequire } from "node:module";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogRecord } from "../port.ts";
import { readFetchAnswer, recordsOf } from "./fetch-answer.ts";
import { Pieces } from "./pieces.ts";

const require = createRequire(import.meta.url);
// The reference: what kafkajs writes.
const Encoder: new () => Encoding = require("kafkajs/src/protocol/encoder");
const writeRecord: (record: Written) => Encoding = require("kafkajs/src/protocol/recordBatch/record/v0");

type Encoding = {
  buffer: Buffer;
  writeInt8(value: number): Encoding;
  writeInt16(value: number): Encoding;
  writeInt32(value: number): Encoding;
  writeInt64(value: number | bigint): Encoding;
  writeString(value: string): Encoding;
  writeBuffer(value: Buffer): Encoding;
};
type Written = { offsetDelta: number; timestampDelta: number; key: Buffer | null; value: Buffer | null };
type Batch = {
  baseOffset: number;
  baseTimestamp: number;
  attributes: number;
  producerId: number;
  records: readonly Written[];
};
type Part = { partition: number; aborted: { producerId: number; firstOffset: number }[]; batches: Batch[] };

const packed: Record<number, (bytes: Buffer) => Buffer> = { 1: gzipSync, 4: zstdCompressSync };
const lastDelta = ({ records }: Batch) => Math.max(0, ...records.map(({ offsetDelta }) => offsetDelta));

function batchBytes(batch: Batch): Buffer {
  const records = Buffer.concat(batch.records.map((record) => writeRecord(record).buffer));
  const body = new Encoder()
    .writeInt32(0)
    .writeInt8(2)
    .writeInt32(0)
    .writeInt16(batch.attributes)
    .writeInt32(lastDelta(batch))
    .writeInt64(batch.baseTimestamp)
    .writeInt64(batch.baseTimestamp + 5_000)
    .writeInt64(batch.producerId)
    .writeInt16(0)
    .writeInt32(0)
    .writeInt32(batch.records.length)
    .writeBuffer((packed[batch.attributes & 7] ?? ((bytes) => bytes))(records)).buffer;
  return new Encoder().writeInt64(batch.baseOffset).writeInt32(body.length).writeBuffer(body).buffer;
}

function answerBytes(parts: readonly Part[], cut = 0): Buffer {
  const answer = new Encoder().writeInt32(7).writeInt16(0).writeInt32(3).writeInt32(1).writeString("topic");
  answer.writeInt32(parts.length);
  for (const { partition, aborted, batches } of parts) {
    answer.writeInt32(partition).writeInt16(0).writeInt64(99).writeInt64(98).writeInt64(1);
    answer.writeInt32(aborted.length);
    for (const { producerId, firstOffset } of aborted) answer.writeInt64(producerId).writeInt64(firstOffset);
    const whole = Buffer.concat(batches.map(batchBytes));
    const bytes = whole.subarray(0, whole.length - cut);
    answer.writeInt32(-1).writeInt32(bytes.length).writeBuffer(bytes);
  }
  return answer.buffer;
}

const recordsIn = (from: Pieces): LogRecord[] =>
  readFetchAnswer(from).responses.flatMap(({ partitions }) =>
    partitions.flatMap(({ messages }) => recordsOf(messages)),
  );
const plain = ({ value, ...rest }: LogRecord) => ({ ...rest, value: Buffer.from(value).toString("hex") });

function expected(parts: readonly Part[]) {
  return parts.flatMap(({ partition, batches }) =>
    batches.flatMap(({ baseOffset, baseTimestamp, attributes, records }) =>
      records.map(({ offsetDelta, timestampDelta, key, value }) => ({
        partition,
        offset: baseOffset + offsetDelta,
        key: key?.toString() ?? "",
        timestamp: (attributes & 8) === 0 ? baseTimestamp + timestampDelta : baseTimestamp + 5_000,
        value: value?.toString("hex") ?? "",
      })),
    ),
  );
}

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value)));
const record = fc.record({
  offsetDelta: fc.nat(2 ** 20),
  timestampDelta: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  key: fc.option(fc.string({ unit: "grapheme" }).map((text) => Buffer.from(text))),
  value: bytes,
});
const batch = fc.record({
  baseOffset: fc.nat(2 ** 40),
  baseTimestamp: fc.integer({ min: 0, max: 2 ** 45 }),
  attributes: fc.constantFrom(0, 1, 4, 8, 9),
  producerId: fc.integer({ min: -1, max: 5 }),
  records: fc.array(record, { minLength: 1, maxLength: 20 }),
});
const part = fc.record({
  partition: fc.nat(100),
  aborted: fc.constant<Part["aborted"]>([]),
  batches: fc.array(batch, { maxLength: 4 }),
});

test("an answer is read the same however it was cut into pieces", () => {
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 3 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 400 })),
      (parts, sizes) => {
        const whole = answerBytes(parts);
        const pieces: Buffer[] = [];
        for (let at = 0; at < whole.length; at += pieces.at(-1)?.length ?? 1)
          pieces.push(whole.subarray(at, at + sizes.next().value));
        const records = recordsIn(new Pieces(pieces));
        expect(records.map(plain)).toEqual(expected(parts));
        expect(recordsIn(new Pieces([whole])).map(plain)).toEqual(expected(parts));
      },
    ),
  );
});

const simple = (baseOffset: number, over: Partial<Batch> = {}): Batch => ({
  baseOffset,
  baseTimestamp: 1_000,
  attributes: 0,
  producerId: -1,
  records: [0, 1].map((offsetDelta) => ({
    offsetDelta,
    timestampDelta: 0,
    key: Buffer.from("k"),
    value: Buffer.from("v"),
  })),
  ...over,
});
const offsets = (part_: Partial<Part>, cut = 0) =>
  recordsIn(new Pieces([answerBytes([{ partition: 0, aborted: [], batches: [], ...part_ }], cut)])).map(
    ({ offset }) => offset,
  );

test.each([1, 20, 61, 78])("a batch that is cut off by %i bytes is left for the next answer", (cut) => {
  expect(offsets({ batches: [simple(0), simple(2)] }, cut)).toEqual([0, 1]);
});

const transactional = 0x10;
const control = 0x20;
const marker = (type: number): Written => ({
  offsetDelta: 0,
  timestampDelta: 0,
  key: Buffer.from([0, 0, 0, type]),
  value: Buffer.from([0, 0, 0, 0, 0, 0]),
});

test("what a transaction wrote that was given up does not count, what others wrote does", () => {
  const of = (producerId: number) => ({ producerId, attributes: transactional });
  const batches = [
    simple(0, of(1)),
    simple(2, of(2)),
    simple(4, { producerId: 1, attributes: transactional | control, records: [marker(0)] }),
    simple(5, of(1)),
    simple(7),
    simple(9, { producerId: 2, attributes: transactional | control, records: [marker(1)] }),
  ];
  expect(offsets({ batches, aborted: [{ producerId: 1, firstOffset: 0 }] })).toEqual([2, 3, 5, 6, 7, 8]);
});

test("kafkajs goes on behind batches of which no record is left", () => {
  const emptied = simple(40, { records: [], attributes: 0 });
  const answer = readFetchAnswer(
    new Pieces([answerBytes([{ partition: 0, aborted: [], batches: [emptied] }])]),
  );
  expect(answer.responses[0]?.partitions[0]?.messages).toMatchObject([
    { offset: "40", isControlRecord: true },
  ]);
});

test.each([2, 3])("records packed with codec %i are an error that says so", (codec) => {
  expect(() => offsets({ batches: [simple(0, { attributes: codec })] })).toThrow(
    "neither with gzip nor with zstd",
  );
});
