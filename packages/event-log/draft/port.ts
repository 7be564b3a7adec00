/**
 * The event log. Records of a topic are spread over partitions by their key; within a partition they keep the order in which
 * they were appended and have consecutive offsets.
 */
export interface EventLog {
  /**
   * Resolves when every entry would survive the loss of the process and of the machine's power, with the position of each.
   * Concurrent appends may share one write to disk. Rejects with EventLogError: nothing is promised, and readers may see an
   * entry that is appended again twice.
   */
  append(topic: string, entries: readonly Entry[]): Promise<Position[]>;
  /**
   * Hands every record of the topics to `handle`, at least once, until the consumer is stopped. Partitions run side by side,
   * each in order, one batch at a time. The group's progress is saved after `handle` resolves; where it rejects, the same
   * records come again after a pause.
   */
  consume(what: Consumption, handle: Handle): Promise<Consumer>;
  /** Records of one partition in [from, to), without a group. */
  read(topic: string, partition: number, from: number, to: number): AsyncIterable<LogRecord>;
  /** What each partition holds: [first, end), `end` being the next offset. */
  extents(topic: string): Promise<Extent[]>;
  /** What a group has finished of each partition: all below `next`. */
  progress(group: string, topic: string): Promise<Progress[]>;
  /** Rejects with EventLogError while an append could not be kept. */
  ready(): Promise<void>;
  /** Stops consumers (the batches in hand are finished and their progress saved), finishes appends, lets go of the files. */
  close(): Promise<void>;
}

export type Position = { topic: string; partition: number; offset: number };
export type Entry = { key: string; value: Uint8Array };
/** `timestamp` is when it was appended, in epoch milliseconds. */
export type LogRecord = { partition: number; offset: number; key: string; timestamp: number; value: Uint8Array };
/** Never empty; offsets ascend. */
export type Batch = { topic: string; partition: number; records: readonly LogRecord[] };
/** `signal` is aborted when the consumer is to stop. */
export type Handle = (batch: Batch, signal: AbortSignal) => Promise<void>;
export type Consumption = {
  group: string;
  topics: readonly string[];
  /** Bounds of a batch; one record is always handed over, however large. */
  maxRecords?: number;
  maxBytes?: number;
  /** How long to wait for more when fewer than maxRecords are at hand. */
  lingerMs?: number;
};
export type Consumer = { stop(): Promise<void> };
export type Extent = { partition: number; first: number; end: number };
export type Progress = { partition: number; next: number };
