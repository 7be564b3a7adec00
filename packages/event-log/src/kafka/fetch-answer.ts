import { createRequire } from "node:module";
import { EventLogError, type LogRecord } from "../port.ts";
import { withAnswersInPieces } from "./answers-in-pieces.ts";
import { Pieces } from "./pieces.ts";
import { type Aborted, readRecordBatches } from "./record-batches.ts";

const require = createRequire(import.meta.url);
const records = new WeakMap<object, readonly LogRecord[]>();
let mended = false;

/**
 * kafkajs 2.2.4 makes objects, big integers and copies of every record that it fetches, which took a third of a projection's time.
 * Here an answer is decoded at once, and what kafkajs gets to see is one message a partition, which stands for all records.
 */
export function withFastFetch(): void {
  if (mended) return;
  mended = true;
  withAnswersInPieces("Fetch");
  const answer: {
    decode: (raw: Buffer | Pieces) => Promise<FetchAnswer>;
  } = require("kafkajs/src/protocol/requests/fetch/v11/response");
  answer.decode = async (raw) => readFetchAnswer(raw instanceof Pieces ? raw : new Pieces([raw]));
}

/** The records for which these messages stand. */
export function recordsOf(messages: readonly object[]): readonly LogRecord[] {
  return messages.flatMap((message) => {
    const own = records.get(message);
    if (own !== undefined) return own;
    throw new EventLogError("log_unavailable", false, "the brokers are older than Kafka 2.3");
  });
}

/** One message of kafkajs, for all records of a partition; `offset` is the last one's. */
type Standing = {
  offset: string;
  timestamp: string;
  key: null;
  value: null;
  headers: Record<string, never>;
  isControlRecord: boolean;
};

/** Version 11 of the answer: https://kafka.apache.org/protocol#The_Messages_Fetch */
export function readFetchAnswer(from: Pieces): FetchAnswer {
  const clientSideThrottleTime = from.int32();
  const errorCode = from.int16();
  const sessionId = from.int32();
  const responses = array(from, () => ({
    topicName: from.take(from.int16()).toString(),
    partitions: array(from, () => readPartition(from)),
  }));
  // As kafkajs has it: the broker has not slowed this request down, it expects the client to wait.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

function readPartition(from: Pieces): PartitionAnswer {
  const partition = from.int32();
  const errorCode = from.int16();
  const [highWatermark, lastStableOffset, lastStartOffset] = [from.int64(), from.int64(), from.int64()];
  const aborted: Aborted[] = array(from, () => ({ producerId: from.int64(), firstOffset: from.int64() }));
  const preferredReadReplica = from.int32();
  const decoded = readRecordBatches(from, Math.max(0, from.int32()), partition, aborted);
  return {
    partition,
    errorCode,
    highWatermark: String(highWatermark),
    lastStableOffset: String(lastStableOffset),
    lastStartOffset: String(lastStartOffset),
    // What was given up is not among the records.
    abortedTransactions: [],
    preferredReadReplica,
    messages: decoded.last < 0 ? [] : [standFor(decoded.records, decoded.last)],
  };
}

function standFor(own: readonly LogRecord[], last: number): Standing {
  const message: Standing = {
    offset: String(last),
    timestamp: String(own.at(-1)?.timestamp ?? 0),
    key: null,
    value: null,
    headers: {},
    // kafkajs goes on behind a message of its own kind without handing it over.
    isControlRecord: own.length === 0,
  };
  records.set(message, own);
  return message;
}

function array<Item>(from: Pieces, read: () => Item): Item[] {
  const items: Item[] = [];
  for (let left = from.int32(); left > 0; left--) items.push(read());
  return items;
}

type PartitionAnswer = {
  partition: number;
  errorCode: number;
  highWatermark: string;
  lastStableOffset: string;
  lastStartOffset: string;
  abortedTransactions: [];
  preferredReadReplica: number;
  messages: Standing[];
};
export type FetchAnswer = {
  throttleTime: number;
  clientSideThrottleTime: number;
  errorCode: number;
  sessionId: number;
  responses: { topicName: string; partitions: PartitionAnswer[] }[];
};
