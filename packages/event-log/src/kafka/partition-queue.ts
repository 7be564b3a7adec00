import type { LogRecord } from "../port.ts";

export type Limits = { maxRecords: number; maxBytes: number };

const sizeOf = (record: LogRecord): number => record.key.length + record.value.length;

/** Records of one partition that were fetched and not yet handled, in order, each once. */
export class PartitionQueue {
  #records: LogRecord[] = [];
  #head = 0;
  #bytes = 0;
  #wake: (() => void) | null = null;
  /** Offset after the last record that ever came in. */
  #reached: number;

  constructor(from: number) {
    this.#reached = from;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get reached(): number {
    return this.#reached;
  }

  /** A rebalance begins again at what was committed: what is here already is left out. */
  push(records: readonly LogRecord[]): void {
    for (const record of records) {
      if (record.offset < this.#reached) continue;
      this.#records.push(record);
      this.#bytes += sizeOf(record);
      this.#reached = record.offset + 1;
    }
    this.wake();
  }

  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }

  get empty(): boolean {
    return this.#head === this.#records.length;
  }

  /** Resolves when something is pushed, or `wake` is called. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Whether a batch taken now would be as large as the limits let it be. */
  full({ maxRecords, maxBytes }: Limits): boolean {
    return this.#records.length - this.#head >= maxRecords || this.#bytes >= maxBytes;
  }

  /** Takes a batch out: as much as the limits let, and one record at least. */
  take({ maxRecords, maxBytes }: Limits): LogRecord[] {
    let [count, bytes] = [0, 0];
    while (count < maxRecords && this.#head + count < this.#records.length) {
      const record = this.#records[this.#head + count];
      const size = record === undefined ? 0 : sizeOf(record);
      if (count > 0 && bytes + size > maxBytes) break;
      bytes += size;
      count += 1;
    }
    const taken = this.#records.slice(this.#head, this.#head + count);
    this.#head += count;
    this.#bytes -= bytes;
    if (this.#head * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
