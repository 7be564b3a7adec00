import type { Metrics, Spans } from "@portalstream/runtime";
import type { FastifyInstance } from "fastify";
import { Histogram } from "prom-client";
import type { Route } from "./route.ts";

/** Counts and times every answer of this application by its route, and records a span where traces are on. */
export function observeRequests(
  app: FastifyInstance,
  routes: readonly Route[],
  metrics: Metrics,
  spans: Spans | null,
): void {
  const seconds = new Histogram({
    name: "portalstream_query_seconds",
    help: "Time of an answer of the query API, by route and status",
    labelNames: ["route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [metrics],
  });
  for (const { path } of routes) seconds.zero({ route: path, status: "200" });
  app.addHook("onResponse", (request, reply, done) => {
    const { statusCode: status, elapsedTime } = reply;
    const route = request.routeOptions.url ?? "";
    seconds.observe({ route, status: String(status) }, elapsedTime / 1000);
    const to = performance.now();
    spans?.record(
      {
        name: `${request.method} ${route}`,
        kind: "server",
        from: to - elapsedTime,
        to,
        failed: status >= 500,
        attributes: {
          "http.route": route,
          "http.request.method": request.method,
          "http.response.status_code": status,
        },
        parts: [],
      },
      request.headers.traceparent,
    );
    done();
  });
}
