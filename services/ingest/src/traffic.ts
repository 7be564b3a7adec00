type Logger = { info(fields: object, message: string): void };

const periodMs = 1_000;
/** So many of a period's webhooks give its percentiles. */
const sampleSize = 1_024;

/**
 * One log line for each second in which webhooks came or records were appended, and none otherwise: the timer runs only from the first
 * of them until the line is written. Counts and times, and nothing that was received.
 */
export class Traffic {
  readonly #logger: Logger;
  readonly #spoolMode: () => string;
  readonly #sample = new Float64Array(sampleSize);
  #accepted = new Map<string, number>();
  #refused = new Map<string, number>();
  #timed = 0;
  #groups = 0;
  #records = 0;
  #bytes = 0;
  #since = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `spoolMode`: whether webhooks go to the spool now. */
  constructor(logger: Logger, spoolMode: () => string) {
    this.#logger = logger;
    this.#spoolMode = spoolMode;
  }

  accepted(topic: string, milliseconds: number): void {
    this.#begin();
    this.#accepted.set(topic, (this.#accepted.get(topic) ?? 0) + 1);
    // A reservoir: each webhook of the period is as likely to be in it.
    const at = this.#timed < sampleSize ? this.#timed : Math.floor(Math.random() * (this.#timed + 1));
    if (at < sampleSize) this.#sample[at] = milliseconds;
    this.#timed++;
  }

  refused(code: string): void {
    this.#begin();
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1);
  }

  group(records: number, bytes: number): void {
    this.#begin();
    this.#groups++;
    this.#records += records;
    this.#bytes += bytes;
  }

  /** Writes the line of a period that has begun. */
  flush(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const sample = this.#sample.subarray(0, Math.min(this.#timed, sampleSize)).sort();
    this.#logger.info(
      {
        seconds: rounded((performance.now() - this.#since) / 1000),
        accepted: Object.fromEntries(this.#accepted),
        refused: Object.fromEntries(this.#refused),
        groups: this.#groups,
        records: this.#records,
        bytes: this.#bytes,
        p50Ms: percentile(sample, 0.5),
        p99Ms: percentile(sample, 0.99),
        spool: this.#spoolMode(),
      },
      "traffic",
    );
    this.#accepted = new Map();
    this.#refused = new Map();
    [this.#timed, this.#groups, this.#records, this.#bytes] = [0, 0, 0, 0];
  }

  #begin(): void {
    if (this.#timer !== null) return;
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.flush(), periodMs).unref();
  }
}

function percentile(sorted: Float64Array, share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return value === undefined ? null : rounded(value);
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
