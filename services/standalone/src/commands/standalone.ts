import { migrate } from "@portalstream/clickhouse";
import { adminRoutes } from "@portalstream/ingest";
import { type Projection, refuseDuringMaintenance } from "@portalstream/projection";
import { buildQuery } from "@portalstream/query";
import { type Config, createMetrics, type Logger, type Spans } from "@portalstream/runtime";
import { eventLogConfig } from "../process/event-log.ts";
import { healthRoutes } from "../process/http.ts";
import { ProjectionMetrics, watchLag } from "../process/projection-metrics.ts";
import { projectionsNamed } from "../process/projections.ts";
import type { Running } from "../process/running.ts";
import { startIngest } from "../process/start-ingest.ts";
import { startProjectors, startProjectorsLate } from "../process/start-projectors.ts";
import { migrations, openOwnTables, tablesConfig, tablesReady } from "../process/tables.ts";
import { startProjector } from "../projector/projector-host.ts";

const settledMs = 5_000;
const projections = projectionsNamed([]);

/** Everything in one process. Resolves once webhooks and queries are served. */
export async function start(config: Config, logger: Logger, spans: Spans | null): Promise<Running> {
  const metrics = createMetrics();
  const ingest = await startIngest(config, logger, { metrics, spans, settledMs });
  const { app, log, registryLog } = ingest;
  const db = await openOwnTables(config, logger);
  await migrate(db, migrations, () => refuseDuringMaintenance(db, projections));
  const projectionMetrics = new ProjectionMetrics(metrics, logger, projections, spans);
  const startOne = ({ name }: Projection) =>
    startProjector({
      log: registryLog,
      db,
      metrics: projectionMetrics,
      data: { projection: name, log: eventLogConfig(config, "reader"), tables: tablesConfig(config) },
    });
  watchLag(metrics, log, projections);
  await app.register(buildQuery({ db, metrics, spans, adminKey: config.adminKey, otherRoutes: adminRoutes }));
  const ready = async () => {
    const known = await ingest.ready();
    await tablesReady(db);
    return known;
  };
  healthRoutes(app, { metrics, ready });
  const world = { log: registryLog, logger, projections, start: startOne };
  // An embedded log is there at once; for Kafka no webhook shall wait.
  const embedded = config.log.kind === "embedded" ? await startProjectors(world) : null;
  const url = await app.listen({ host: config.host, port: config.port });
  const stopProjectors = embedded ?? startProjectorsLate(world);
  const stop = async () => {
    await app.close();
    await stopProjectors();
    await db.close();
    await log.close();
  };
  return { url, stop };
}
