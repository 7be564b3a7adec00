import type { LogObservation, SpoolStatus } from "@portalstream/event-log";
import type { Logger, Metrics } from "@portalstream/runtime";
import { Counter, Gauge, Histogram } from "prom-client";

/** What the log tells of its appends. */
export class LogMetrics {
  readonly #logger: Logger;
  readonly #append: Histogram;
  readonly #group: Histogram;
  readonly #replaced: Counter;

  constructor(metrics: Metrics, logger: Logger) {
    this.#logger = logger;
    const registers = [metrics];
    this.#append = new Histogram({
      name: "portalstream_append_seconds",
      help: "Time until a group of records was durable in the log",
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    });
    this.#group = new Histogram({
      name: "portalstream_append_group_records",
      help: "Records that were appended together",
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
      registers,
    });
    this.#replaced = new Counter({
      name: "portalstream_producers_replaced_total",
      help: "Kafka producers that the brokers no longer understood and that were made anew",
      registers,
    });
  }

  observe(what: LogObservation): void {
    if (what.kind === "producer-replaced") {
      this.#replaced.inc();
      this.#logger.warn({ reason: what.reason }, "producer replaced");
    }
    if (what.kind !== "group") return;
    this.#append.observe(what.seconds);
    this.#group.observe(what.records);
  }
}

/** Depth, age and mode of ingest's spool. */
export function watchSpool(metrics: Metrics, status: () => SpoolStatus): void {
  const gauge = (name: string, help: string, value: (now: SpoolStatus) => number) =>
    new Gauge({
      name,
      help,
      registers: [metrics],
      collect() {
        this.set(value(status()));
      },
    });
  gauge(
    "portalstream_spool_mode",
    "1 while webhooks are kept in the spool because Kafka is away",
    ({ mode }) => (mode === "spooling" ? 1 : 0),
  );
  gauge("portalstream_spool_records", "Records in the spool", ({ records }) => records);
  gauge("portalstream_spool_bytes", "Bytes of the records in the spool", ({ bytes }) => bytes);
  gauge("portalstream_spool_oldest_seconds", "Age of the oldest record in the spool", ({ oldestAt }) =>
    oldestAt === null ? 0 : Math.max(0, Date.now() - oldestAt) / 1000,
  );
}
