import { type Config, commonProblem, type Logger, type Metrics, problemHandler } from "@portalstream/runtime";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { answerClientError } from "./client-errors.ts";

const readyMs = 5_000;
/** A sender that has not finished its request by then is answered 408, so that slow ones cannot hold the server. */
export const requestMs = 10_000;

/** The HTTP server of a process, without routes. */
export function createApp(config: Config, logger: Logger, completeWithinMs = requestMs): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger satisfies FastifyBaseLogger as FastifyBaseLogger,
    // Requests are not logged: they hold what was received.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.bodyLimit,
    requestTimeout: completeWithinMs,
    http: {
      // Of two times that differ, Node applies the longer one to the whole request.
      headersTimeout: completeWithinMs,
      connectionsCheckingInterval: completeWithinMs / 10,
    },
    clientErrorHandler: answerClientError,
    ajv: { customOptions: { removeAdditional: false } },
    forceCloseConnections: "idle",
    // A webhook is sent once: what still comes over an open connection during a stop is received, and the connection closed then.
    return503OnClosing: false,
  });
  app.setErrorHandler(problemHandler.onError);
  app.setNotFoundHandler(problemHandler.onNotFound);
  return app;
}

export type Health = {
  metrics: Metrics;
  /** Rejects while the process cannot do what it is for; resolves with what else is worth knowing. */
  ready: () => Promise<object>;
};

/** `/healthz`: it runs; `/readyz`: it can do what it is for; `/metrics`: Prometheus. */
export function healthRoutes(app: FastifyInstance, { metrics, ready }: Health): void {
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async () => ({ status: "ready", ...(await inTime(ready())) }));
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
}

/** Brokers that hang answer nobody for half a minute; whoever asks wants to know before. */
async function inTime<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const problem = commonProblem("unavailable", "not ready in time", { "retry-after": "1" });
    timer = setTimeout(() => reject(problem), readyMs);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
