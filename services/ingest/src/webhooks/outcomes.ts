import type { Problem, Spans } from "@portalstream/runtime";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { IngestMetrics } from "../metrics.ts";
import type { Traffic } from "../traffic.ts";
import type { Drift } from "./drift.ts";
import type { Accepted } from "./receive.ts";

/** Where it is told what became of a webhook: metrics, the log line of the second, a span where traces are on. */
export class Outcomes {
  readonly #metrics: IngestMetrics;
  readonly #traffic: Traffic;
  readonly #drift: Drift;
  readonly #spans: Spans | null;

  constructor(metrics: IngestMetrics, traffic: Traffic, drift: Drift, spans: Spans | null) {
    this.#metrics = metrics;
    this.#traffic = traffic;
    this.#drift = drift;
    this.#spans = spans;
  }

  /** `from`: performance.now() when its last byte was here. */
  accepted(
    { headers }: Pick<FastifyRequest, "headers">,
    from: number,
    { topic, event, appendedFrom }: Accepted,
  ): void {
    const to = performance.now();
    this.#metrics.accepted(topic, to - from);
    this.#traffic.accepted(topic, to - from);
    this.#drift.accepted(event);
    this.#spans?.record(
      {
        name: "webhook",
        kind: "server",
        from,
        to,
        failed: false,
        attributes: {
          portal: event.envelope.portal,
          topic,
          outcome: "accepted",
          "http.response.status_code": 200,
        },
        parts: [
          {
            name: "append",
            kind: "producer",
            from: appendedFrom,
            to,
            failed: false,
            attributes: { topic },
            parts: [],
          },
        ],
      },
      headers.traceparent,
    );
  }

  refused(request: FastifyRequest, reply: FastifyReply, { code, status }: Problem): void {
    this.#metrics.refused(code);
    this.#traffic.refused(code);
    const failed = status >= 500;
    if (failed) request.log.error({ code }, "webhook not kept");
    const to = performance.now();
    this.#spans?.record(
      {
        name: "webhook",
        kind: "server",
        from: to - reply.elapsedTime,
        to,
        failed,
        attributes: { outcome: code, "http.response.status_code": status },
        parts: [],
      },
      request.headers.traceparent,
    );
  }
}
