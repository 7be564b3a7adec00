import type { EventLog } from "@portalstream/event-log";
import { type Projection, type ProjectionObservation, rejectionReasons } from "@portalstream/projection";
import { atScrape, describe, type Logger, type Metrics, type Spans } from "@portalstream/runtime";
import { Counter, Gauge, Histogram } from "prom-client";
import { BatchSpans } from "./batch-spans.ts";

const lagMaxAgeMs = 5_000;
const lagPatienceMs = 500;

/** What projections do: metrics, a log line a batch, spans where traces are on. */
export class ProjectionMetrics {
  readonly #logger: Logger;
  readonly #spans: BatchSpans | null;
  readonly #records: Histogram<"projection">;
  readonly #insert: Histogram<"projection">;
  readonly #freshness: Histogram<"projection">;
  readonly #rejected: Counter<"projection" | "reason">;
  readonly #failures: Counter<"projection">;
  readonly #restarts: Counter<"projection">;

  /** `projections`: those that run here. */
  constructor(
    metrics: Metrics,
    logger: Logger,
    projections: readonly Projection[] = [],
    spans: Spans | null = null,
  ) {
    this.#logger = logger;
    this.#spans = spans === null ? null : new BatchSpans(spans);
    const registers = [metrics];
    const labelNames = ["projection"] as const;
    this.#records = new Histogram({
      name: "portalstream_batch_records",
      help: "Records of a projected batch",
      labelNames,
      buckets: [1, 10, 100, 1_000, 10_000, 64_000],
      registers,
    });
    this.#insert = new Histogram({
      name: "portalstream_insert_seconds",
      help: "Time of an insert into one table",
      labelNames,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
    this.#freshness = new Histogram({
      name: "portalstream_freshness_seconds",
      help: "From a webhook's reception until its rows are in, of a batch's oldest event",
      labelNames,
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600],
      registers,
    });
    this.#rejected = new Counter({
      name: "portalstream_rejected_total",
      help: "Records that could not be projected and went to bitrix24.rejected",
      labelNames: ["projection", "reason"],
      registers,
    });
    this.#failures = new Counter({
      name: "portalstream_projection_failures_total",
      help: "Failed attempts to project a batch or to save progress; each is tried again",
      labelNames,
      registers,
    });
    this.#restarts = new Counter({
      name: "portalstream_consumer_restarts_total",
      help: "Consumers that were started anew because they crashed or made no progress",
      labelNames,
      registers,
    });
    for (const { name: projection } of projections) {
      for (const one of [this.#records, this.#insert, this.#freshness]) one.zero({ projection });
      for (const one of [this.#failures, this.#restarts]) one.inc({ projection }, 0);
      for (const reason of rejectionReasons) this.#rejected.inc({ projection, reason }, 0);
    }
  }

  observe(what: ProjectionObservation): void {
    this.#spans?.observe(what);
    const { projection } = what;
    switch (what.kind) {
      case "insert":
        this.#insert.observe({ projection }, what.seconds);
        break;
      case "failure": {
        this.#failures.inc({ projection });
        const { at, error } = what;
        this.#logger.error({ projection, ...at, error: describe(error) }, "batch failed and comes again");
        break;
      }
      case "fold":
        this.#logger.info({ projection, facts: what.facts }, "chats of a backlog folded");
        break;
      case "batch": {
        const { kind: _, rejected, ...batch } = what;
        this.#records.observe({ projection }, what.records);
        if (what.freshSeconds !== null) this.#freshness.observe({ projection }, what.freshSeconds);
        for (const reason of rejected) this.#rejected.inc({ projection, reason });
        this.#logger.info({ ...batch, rejected: rejected.length }, "batch projected");
      }
    }
  }

  restarted(projection: string, reason: string): void {
    this.#restarts.inc({ projection });
    this.#logger.warn({ projection, reason }, "consumer started anew");
  }
}

/** How far each projection is behind the log, asked for when Prometheus asks, at most every 5 s. */
export function watchLag(metrics: Metrics, log: EventLog, projections: readonly Projection[]): void {
  const gauge = new Gauge({
    name: "portalstream_consumer_lag_records",
    help: "Records that a projection has not finished",
    labelNames: ["projection", "topic", "partition"],
    registers: [metrics],
    collect: atScrape(lagMaxAgeMs, lagPatienceMs, async () => {
      for (const one of projections)
        for (const { topic, partition, lag } of await lagOf(log, one))
          gauge.set({ projection: one.name, topic, partition }, lag);
    }),
  });
}

type Lag = { topic: string; partition: number; lag: number };

async function lagOf(log: EventLog, { name, topics }: Projection): Promise<Lag[]> {
  const lags: Lag[] = [];
  for (const topic of topics) {
    const progress = new Map(
      (await log.progress(name, topic)).map((one) => [one.partition, one.next] as const),
    );
    for (const { partition, first, end } of await log.extents(topic)) {
      const next = Math.max(first, progress.get(partition) ?? 0);
      lags.push({ topic, partition, lag: Math.max(0, end - next) });
    }
  }
  return lags;
}
