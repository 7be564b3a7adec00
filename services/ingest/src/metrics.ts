import { Counter, Histogram, type Registry } from "prom-client";

/** Prometheus metrics of ingest. */
export class IngestMetrics {
  readonly #accepted: Counter<"topic">;
  readonly #refused: Counter<"code">;
  readonly #durable: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#accepted = new Counter({
      name: "portalstream_webhooks_accepted_total",
      help: "Webhooks answered 200, by the topic that keeps them",
      labelNames: ["topic"],
      registers,
    });
    this.#refused = new Counter({
      name: "portalstream_webhooks_refused_total",
      help: "Webhooks answered otherwise, by error code",
      labelNames: ["code"],
      registers,
    });
    this.#durable = new Histogram({
      name: "portalstream_webhook_seconds",
      help: "From the body's last byte to durable",
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
      registers,
    });
  }

  accepted(topic: string, milliseconds: number): void {
    this.#accepted.inc({ topic });
    this.#durable.observe(milliseconds / 1000);
  }

  refused(code: string): void {
    this.#refused.inc({ code });
  }
}
