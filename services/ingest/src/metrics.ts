import { eventTopics } from "@portalstream/events";
import type { Metrics } from "@portalstream/runtime";
import { Counter, Histogram } from "prom-client";

/** Prometheus metrics of ingest. */
export class IngestMetrics {
  readonly #accepted: Counter<"topic">;
  readonly #refused: Counter<"code">;
  readonly #drift: Counter<"event" | "path">;
  readonly #durable: Histogram;

  /** `codes`: those that webhooks may be refused with. */
  constructor(metrics: Metrics, codes: readonly string[]) {
    const registers = [metrics];
    this.#accepted = new Counter({
      name: "portalstream_webhooks_accepted_total",
      help: "Webhooks answered 200, by the topic that keeps them; bitrix24.rejected: genuine, but not understood",
      labelNames: ["topic"],
      registers,
    });
    this.#refused = new Counter({
      name: "portalstream_webhooks_refused_total",
      help: "Webhooks answered otherwise, by error code; not_durable: lost, since it could not be kept",
      labelNames: ["code"],
      registers,
    });
    this.#drift = new Counter({
      name: "portalstream_drift_total",
      help: "Fields of accepted webhooks that had an unknown shape and were left out, by event and path",
      labelNames: ["event", "path"],
      registers,
    });
    this.#durable = new Histogram({
      name: "portalstream_webhook_seconds",
      help: "From a webhook's last byte until it is durable",
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
      registers,
    });
    // A counter that begins above 0 has no increase.
    for (const topic of eventTopics) this.#accepted.inc({ topic }, 0);
    for (const code of codes) this.#refused.inc({ code }, 0);
  }

  accepted(topic: string, milliseconds: number): void {
    this.#accepted.inc({ topic });
    this.#durable.observe(milliseconds / 1000);
  }

  /** `path`: of a field that was left out. */
  drifted(event: string, path: string): void {
    this.#drift.inc({ event, path });
  }

  refused(code: string): void {
    this.#refused.inc({ code });
  }
}
