import { join } from "node:path";
import { migrate } from "@portalstream/clickhouse";
import { adminRoutes, buildIngest, Registry, registryCopy } from "@portalstream/ingest";
import { buildQuery } from "@portalstream/query";
import { type Config, createMetrics, type Logger, type Spans } from "@portalstream/runtime";
import { sessionsProjection } from "@portalstream/sessions";
import { eventLogConfig } from "../process/event-log.ts";
import { createApp, healthRoutes } from "../process/http.ts";
import { openIngestLog } from "../process/ingest-log.ts";
import { ProjectionMetrics, watchLag } from "../process/projection-metrics.ts";
import { projectionsNamed } from "../process/projections.ts";
import type { Running } from "../process/running.ts";
import { settled } from "../process/settled.ts";
import { migrations, openOwnTables } from "../process/tables.ts";
import { startProjector } from "../projector/projector-host.ts";

/** An answer to an enrolment waits this long for the projection. */
const settledMs = 5_000;
const projections = projectionsNamed([]);

/** Everything in one process. Resolves once webhooks and queries are served. */
export async function start(config: Config, logger: Logger, spans: Spans | null): Promise<Running> {
  const metrics = createMetrics();
  const { log, registryLog, traffic, ready } = await openIngestLog(config, logger, metrics);
  const db = await openOwnTables(config, logger);
  await migrate(db, migrations);
  const projectionMetrics = new ProjectionMetrics(metrics, logger, projections, spans);
  const stopProjectors = await Promise.all(
    projections.map(({ name }) =>
      startProjector({
        log: registryLog,
        db,
        metrics: projectionMetrics,
        data: { projection: name, log: eventLogConfig(config, "reader") },
      }),
    ),
  );
  watchLag(metrics, log, projections);
  const copy = config.log.kind === "kafka" ? registryCopy(join(config.dataDir, "registry.copy")) : null;
  const registry = await Registry.open({ log: registryLog, secretKey: config.secretKey, copy });
  const app = createApp(config, logger);
  await buildIngest(app, {
    log,
    registryLog,
    registry,
    metrics,
    traffic,
    spans,
    adminKey: config.adminKey,
    settled: () => settled(log, sessionsProjection.name, settledMs),
  });
  await app.register(buildQuery({ db, metrics, spans, adminKey: config.adminKey, otherRoutes: adminRoutes }));
  healthRoutes(app, { metrics, ready });
  const url = await app.listen({ host: config.host, port: config.port });
  const stop = async () => {
    await app.close();
    await Promise.all(stopProjectors.map((stopOne) => stopOne()));
    await db.close();
    await log.close();
  };
  return { url, stop };
}
