import { createRequire } from "node:module";
import { Frame, headroom } from "./frame.ts";
import { batchBound, type Keyed, writeBatch } from "./write-batch.ts";

const require = createRequire(import.meta.url);
const version = 7;
const roomBytes = 2 ** 21;
// Four lanes to each of eight brokers.
const roomsKept = 32;
/** Buffers that no request needs any more. */
const rooms: Buffer[] = [];
let mended = false;

/**
 * kafkajs 2.2.4 copies a record eight times on its way to the socket, into memory fresh from the system each time, which took a fifth
 * of what a webhook costs. Here a request is written once, into a buffer that is used again when its answer has come.
 */
export function withFastProduce(): void {
  if (mended) return;
  mended = true;
  withHeadsInFront();
  const produce: Produce = require("kafkajs/src/protocol/requests/produce");
  const { protocol } = produce;
  produce.protocol = (asked) => {
    const original = protocol(asked);
    if (asked.version !== version) return original;
    return (sent) => (isPlain(sent) ? inOneBuffer(sent, original(sent)) : original(sent));
  };
}

function inOneBuffer(sent: Plain, { request, response }: Exchange): Exchange {
  let frame: Frame | null = null;
  const encode = async () => {
    frame = new Frame(takeRoom(boundOf(sent)));
    writeProduceRequest(frame, sent, Date.now());
    return frame;
  };
  const decode = async (raw: Buffer) => {
    // A broker answers when it has read the whole of a request.
    if (frame?.buf.length === roomBytes && rooms.length < roomsKept) rooms.push(frame.buf);
    frame = null;
    return response.decode(raw);
  };
  return { request: { ...request, encode }, response: { ...response, decode } };
}

/** Version 7: https://kafka.apache.org/protocol#The_Messages_Produce */
export function writeProduceRequest(to: Frame, sent: Plain, now: number): void {
  const by = { id: BigInt(sent.producerId), epoch: sent.producerEpoch };
  to.int16(-1);
  to.int16(sent.acks);
  to.int32(sent.timeout);
  to.int32(sent.topicData.length);
  for (const { topic, partitions } of sent.topicData) {
    to.int16(Buffer.byteLength(topic));
    to.text(topic);
    to.int32(partitions.length);
    for (const { partition, firstSequence, messages } of partitions) {
      to.int32(partition);
      const size = to.skip(4);
      writeBatch(to, messages, { ...by, firstSequence }, now);
      to.int32(to.at - size - 4, size);
    }
  }
}

function boundOf({ topicData }: Plain): number {
  let bytes = headroom + 12;
  for (const { topic, partitions } of topicData) {
    bytes += 6 + Buffer.byteLength(topic);
    for (const { messages } of partitions) bytes += 8 + batchBound(messages);
  }
  return bytes;
}

const takeRoom = (bytes: number): Buffer =>
  bytes > roomBytes ? Buffer.allocUnsafeSlow(bytes) : (rooms.pop() ?? Buffer.allocUnsafeSlow(roomBytes));

/** kafkajs writes a request's head and then a copy of the request; here the head goes into the request's own buffer. */
function withHeadsInFront(): void {
  const Encoder: { prototype: Encoding } = require("kafkajs/src/protocol/encoder");
  const { writeEncoder } = Encoder.prototype;
  const frames = new WeakMap<object, Frame>();
  Encoder.prototype.writeEncoder = function write(this: Encoding, value: object) {
    const frame = value instanceof Frame ? value : frames.get(value);
    if (!frame?.prepend(this.buffer)) return writeEncoder.call(this, value);
    frames.set(this, frame);
    this.buf = frame.buffer;
    this.offset = this.buf.length;
    return this;
  };
}

/** What nothing but records needs: no transaction, compression, header or time of its own. */
function isPlain(sent: Sent): sent is Plain {
  if (sent.compression !== 0 || typeof sent.transactionalId === "string") return false;
  if (sent.producerId === undefined || sent.producerEpoch === undefined) return false;
  return sent.topicData.every(({ partitions }) =>
    partitions.every(({ messages }) => messages.every(isPlainRecord)),
  );
}

const isPlainRecord = ({ key, value, headers, timestamp }: Message): boolean =>
  typeof key === "string" && Buffer.isBuffer(value) && headers === undefined && timestamp === undefined;

type Message = { key?: unknown; value?: unknown; headers?: unknown; timestamp?: unknown };
type Request<One> = {
  acks: number;
  timeout: number;
  compression: number;
  transactionalId?: string | null;
  /** An int64; -1 = none. */
  producerId: string | number;
  producerEpoch: number;
  topicData: {
    topic: string;
    partitions: { partition: number; firstSequence: number; messages: One[] }[];
  }[];
};
type Sent = Omit<Request<Message>, "producerId" | "producerEpoch"> &
  Partial<Pick<Request<Message>, "producerId" | "producerEpoch">>;
export type Plain = Request<Message & Keyed>;
type Exchange = {
  request: { apiKey: number; apiVersion: number; apiName: string; encode: () => Promise<object> };
  response: { decode: (raw: Buffer) => Promise<object>; parse: (decoded: object) => Promise<object> };
};
type Produce = { protocol: (asked: { version: number }) => (sent: Sent) => Exchange };
type Encoding = {
  buf: Buffer;
  offset: number;
  readonly buffer: Buffer;
  writeEncoder(value: object): Encoding;
};
