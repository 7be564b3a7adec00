import { hostname } from "node:os";
import type { Logger } from "../logger.ts";
import type { Stop } from "../run.ts";
import { Budget } from "./budget.ts";
import type { SpanRecord, Spans } from "./spans.ts";
import { tellOnce } from "./tell-once.ts";

export type Tracing = { spans: Spans | null; stop: Stop };

/** Traces of each name that are sent in a second at most: they must not become the load that they explain. */
const tracesPerSecond = 100;
const exportMs = 3_000;

/** Sends spans to an OpenTelemetry collector (OTLP over HTTP); null = traces are off, and nothing of OpenTelemetry is loaded. */
export async function startTracing(url: string | null, service: string, logger: Logger): Promise<Tracing> {
  if (url === null) return { spans: null, stop: async () => {} };
  const [api, core, { resourceFromAttributes }, sdk, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/core"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const exporter = tellOnce(new OTLPTraceExporter({ url, timeoutMillis: exportMs }), {
    failed: (error) => logger.warn({ error }, "traces cannot be sent and are dropped"),
    again: () => logger.info("traces are sent again"),
  });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      "service.name": service,
      "service.instance.id": `${hostname()}/${process.pid}`,
    }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: 1_000,
        exportTimeoutMillis: 2 * exportMs,
      }),
    ],
  });
  const tracer = provider.getTracer("portalstream");
  const kinds = {
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    producer: api.SpanKind.PRODUCER,
    consumer: api.SpanKind.CONSUMER,
  };
  const write = (span: SpanRecord, within: typeof api.ROOT_CONTEXT): void => {
    const { name, kind, from, to, failed, attributes, parts } = span;
    const options = { kind: kinds[kind], startTime: from, attributes: { ...attributes } };
    const written = tracer.startSpan(name, options, within);
    if (failed) written.setStatus({ code: api.SpanStatusCode.ERROR });
    for (const part of parts) write(part, api.trace.setSpan(within, written));
    written.end(to);
  };
  const budget = new Budget(tracesPerSecond);
  return {
    spans: {
      record(span, traceparent) {
        if (!budget.take(span.name, span.to)) return;
        const parent = typeof traceparent === "string" ? core.parseTraceParent(traceparent) : null;
        write(
          span,
          parent === null
            ? api.ROOT_CONTEXT
            : api.trace.setSpanContext(api.ROOT_CONTEXT, { ...parent, isRemote: true }),
        );
      },
    },
    // A collector that is away now has been told of already.
    stop: () => provider.shutdown().catch(() => {}),
  };
}
