/** Where a record lies. Offsets of a partition start at 0 and have no gaps. */
export type Position = { topic: string; partition: number; offset: number };
export type Entry = { key: string; value: Uint8Array };
/** `timestamp`: when it was appended, in epoch milliseconds. `value` stays valid, and must not be written to. */
export type LogRecord = {
  partition: number;
  offset: number;
  key: string;
  timestamp: number;
  value: Uint8Array;
};
/** Records of one partition, at least one, in the order of their offsets. */
export type Batch = { topic: string; partition: number; records: readonly LogRecord[] };
/** Resolves = these records are done with. Rejects = hand the same records over again, after a growing pause. */
export type Handle = (batch: Batch, signal: AbortSignal) => Promise<void>;

export type Consumption = {
  group: string;
  topics: readonly string[];
  /** A batch holds at most this many records (10,000) … */
  maxRecords?: number;
  /** … and bytes of keys and values (8 MiB), but always one record, however large. */
  maxBytes?: number;
  /** How long a batch that could hold more waits for more (100 ms). */
  lingerMs?: number;
  /** Hears every failure to handle or to read, with the place that will be tried again. Default: a process warning. */
  onError?: (error: unknown, at: Position) => void;
};

export interface Consumer {
  /** Aborts the handlers' signal, waits for the handlers in flight and saves the progress of those that resolve. */
  stop(): Promise<void>;
}

export interface EventLog {
  /**
   * Resolves = durable: every entry survives the loss of the process and of the machine's power. Rejects = nothing is promised:
   * readers may see none, some or all of the entries, and see them twice if they are appended again. One key's entries go to one
   * partition, in the order of the calls. Concurrent calls share one write to disk; a lone call waits for no other. The positions are
   * the entries', in their order, or none at all where they are not known yet. An entry may hold almost 16 MiB.
   */
  append(topic: string, entries: readonly Entry[]): Promise<Position[]>;
  /**
   * At least once. Partitions run side by side; within one, the next batch comes after the last was handled. A group's progress is
   * saved after `handle` resolves; groups know nothing of each other. A new group starts at the beginning. A topic need not exist yet.
   */
  consume(what: Consumption, handle: Handle): Promise<Consumer>;
  /** The records from `from` up to, not including, `to`, as far as they exist; ends there and does not wait for more. No group. */
  read(topic: string, partition: number, from: number, to: number): AsyncIterable<LogRecord>;
  /** What each partition holds: `first` is the oldest offset, `end` the one that comes next. Equal = empty. */
  extents(topic: string): Promise<{ partition: number; first: number; end: number }[]>;
  /** What the group has finished: all of each partition before `next`. */
  progress(group: string, topic: string): Promise<{ partition: number; next: number }[]>;
  /** Rejects while an append could not be kept. */
  ready(): Promise<void>;
  /** Stops consumers, whose handlers may append to the end; finishes what was appended; lets go. After that all calls reject. */
  close(): Promise<void>;
}

/** What happens inside a log that only metrics and log lines want to know of. */
export type LogObservation =
  | { kind: "group"; records: number; bytes: number; seconds: number }
  | { kind: "producer-replaced"; reason: string }
  | { kind: "consumer-restarted"; group: string; reason: string };
export type Observe = (what: LogObservation) => void;

/**
 * - `log_full`: no room on the disk, or the configured limit is reached; retriable once there is room.
 * - `record_too_large`: the log will never take this append as it is.
 * - `log_unavailable`: cannot be written or opened; retriable says whether trying again may help or somebody must act.
 * - `log_misconfigured`: a setting or a topic would lose events; somebody must change it.
 * - `log_closed`: this log was closed here.
 * - `log_corrupt`: what is stored is not what was written; nothing is skipped, a backup is needed.
 */
export type EventLogErrorCode =
  | "log_full"
  | "record_too_large"
  | "log_unavailable"
  | "log_misconfigured"
  | "log_closed"
  | "log_corrupt";

export class EventLogError extends Error {
  override readonly name = "EventLogError";
  readonly code: EventLogErrorCode;
  readonly retriable: boolean;

  constructor(code: EventLogErrorCode, retriable: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.retriable = retriable;
  }
}
