import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate, openClickHouse } from "@portalstream/clickhouse";
import { openEventLog } from "@portalstream/event-log";
import { adminRoutes, buildIngest } from "@portalstream/ingest";
import { buildQuery } from "@portalstream/query";
import { type Config, type Logger, problemHandler, type Stop } from "@portalstream/runtime";
import { sessionsProjection } from "@portalstream/sessions";
import Fastify, { type FastifyBaseLogger, LogController } from "fastify";
import { startProjector } from "./projector-host.ts";
import { settled } from "./settled.ts";

const tables = fileURLToPath(new URL("../../../schemas/clickhouse/", import.meta.url));

/** Everything in one process on the embedded pair. Resolves once webhooks and queries are served. */
export async function start(config: Config, logger: Logger): Promise<{ url: string; stop: Stop }> {
  await mkdir(config.dataDir, { recursive: true });
  const { partitions } = config;
  const logPath = join(config.dataDir, "log");
  const log = await openEventLog({
    kind: "embedded",
    path: logPath,
    partitions,
    role: "writer",
    ...(config.logMaxBytes === 0 ? {} : { maxBytes: config.logMaxBytes }),
  });
  const db = await openClickHouse({ kind: "chdb", path: join(config.dataDir, "tables") });
  await migrate(db, tables);
  const stopProjectors = await Promise.all(
    ["sessions", "analytics"].map((projection) =>
      startProjector({ log, db, logger, data: { projection, logPath, partitions } }),
    ),
  );
  const app = Fastify({
    loggerInstance: logger satisfies FastifyBaseLogger as FastifyBaseLogger,
    // Requests are not logged: they hold what was received.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.bodyLimit,
    // A sender that has not finished its request by then is answered 408, so that slow ones cannot hold the server.
    requestTimeout: 10_000,
    http: { connectionsCheckingInterval: 1_000 },
    ajv: { customOptions: { removeAdditional: false } },
    forceCloseConnections: "idle",
  });
  app.setErrorHandler(problemHandler.onError);
  app.setNotFoundHandler(problemHandler.onNotFound);
  await buildIngest(app, {
    log,
    adminKey: config.adminKey,
    secretKey: config.secretKey,
    settled: () => settled(log, sessionsProjection.name),
  });
  await app.register(buildQuery({ db, adminKey: config.adminKey, otherRoutes: adminRoutes }));
  const url = await app.listen({ host: config.host, port: config.port });
  const stop = async () => {
    await app.close();
    await Promise.all(stopProjectors.map((stopOne) => stopOne()));
    await db.close();
    await log.close();
  };
  return { url, stop };
}
