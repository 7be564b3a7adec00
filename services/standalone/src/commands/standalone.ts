import { migrate } from "@portalstream/clickhouse";
import { adminRoutes } from "@portalstream/ingest";
import { type Projection, refuseDuringMaintenance } from "@portalstream/projection";
import { buildQuery, withinEngine } from "@portalstream/query";
import { type Config, createMetrics, type Logger, type Spans } from "@portalstream/runtime";
import { sessionsProjection } from "@portalstream/sessions";
import { followAccess } from "../process/access.ts";
import { eventLogConfig } from "../process/event-log.ts";
import { healthRoutes } from "../process/http.ts";
import { ProjectionMetrics, watchLag } from "../process/projection-metrics.ts";
import { projectionsNamed } from "../process/projections.ts";
import { watchRebuild } from "../process/rebuild-needed.ts";
import type { Running } from "../process/running.ts";
import { settled } from "../process/settled.ts";
import { startIngest } from "../process/start-ingest.ts";
import { startProjectors, startProjectorsLate } from "../process/start-projectors.ts";
import { migrations, openOwnTables, tablesCheck, tablesConfig } from "../process/tables.ts";
import { startProjector } from "../projector/projector-host.ts";

const settledMs = 5_000;
const projections = projectionsNamed([]);

/** Everything in one process. Resolves once webhooks and queries are served. */
export async function start(config: Config, logger: Logger, spans: Spans | null): Promise<Running> {
  const metrics = createMetrics();
  const ingest = await startIngest(config, logger, {
    metrics,
    spans,
    settled: async (log) => {
      await settled(log, sessionsProjection.name, settledMs);
      // What cannot be read now is read soon: it is followed.
      await access.refresh().catch(() => {});
    },
  });
  const { app, log, registryLog } = ingest;
  const { access, stop: unfollow } = followAccess(async () => registryLog, config, logger);
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
  const { adminKey } = config;
  const limits = await withinEngine(db, config.query);
  await app.register(buildQuery({ db, access, limits, metrics, spans, adminKey, otherRoutes: adminRoutes }));
  const tablesReady = tablesCheck(db);
  const rebuildNotice = await watchRebuild(db, projections, logger);
  const ready = async () => {
    const known = await ingest.ready();
    await tablesReady();
    return { ...known, ...(await rebuildNotice()) };
  };
  healthRoutes(app, { metrics, ready });
  const world = { log: registryLog, logger, projections, start: startOne };
  if (config.log.kind === "embedded") await access.refresh();
  // An embedded log is there at once; for Kafka no webhook shall wait.
  const embedded = config.log.kind === "embedded" ? await startProjectors(world) : null;
  const url = await app.listen({ host: config.host, port: config.port });
  const stopProjectors = embedded ?? startProjectorsLate(world);
  const stop = async () => {
    await app.close();
    unfollow();
    await stopProjectors();
    await db.close();
    await log.close();
  };
  return { url, stop };
}
