import { openClickHouse } from "@portalstream/clickhouse";
import { openEventLog } from "@portalstream/event-log";
import type { Projection } from "@portalstream/projection";
import { type Config, createMetrics, type Logger, type Spans } from "@portalstream/runtime";
import { eventLogConfig } from "../process/event-log.ts";
import { createApp, healthRoutes } from "../process/http.ts";
import { LogMetrics } from "../process/log-metrics.ts";
import { ProjectionMetrics, watchLag } from "../process/projection-metrics.ts";
import { watchRebuild } from "../process/rebuild-needed.ts";
import { requireKafka, requireServer } from "../process/require.ts";
import type { Running } from "../process/running.ts";
import { refuseUnmigrated, tablesCheck, tablesConfig } from "../process/tables.ts";
import { startProjector } from "../projector/projector-host.ts";

/** One projection as a process: from Kafka into a ClickHouse server. Any number of them share the partitions. */
export async function startProjection(
  projection: Projection,
  config: Config,
  logger: Logger,
  spans: Spans | null,
): Promise<Running> {
  const { name } = projection;
  requireKafka(config, name);
  requireServer(config, name);
  const metrics = createMetrics();
  const [logMetrics, projectionMetrics] = [
    new LogMetrics(metrics, logger),
    new ProjectionMetrics(metrics, logger, [projection], spans),
  ];
  const log = await openEventLog(eventLogConfig(config, "writer"), (what) => logMetrics.observe(what));
  const db = await openClickHouse(tablesConfig(config));
  await refuseUnmigrated(db);
  // In a thread of its own, so that health and metrics answer while a large batch is made.
  const stopProjector = await startProjector({
    log,
    db,
    metrics: projectionMetrics,
    data: { projection: name, log: eventLogConfig(config, "reader"), tables: tablesConfig(config) },
  });
  watchLag(metrics, log, [projection]);
  const app = createApp(config, logger);
  const rebuildNotice = await watchRebuild(db, [projection], logger);
  const tablesReady = tablesCheck(db);
  healthRoutes(app, {
    metrics,
    ready: async () => {
      await log.ready();
      await tablesReady();
      return rebuildNotice();
    },
  });
  const url = await app.listen({ host: config.host, port: config.port });
  const stop = async () => {
    await stopProjector();
    await app.close();
    await db.close();
    await log.close();
  };
  return { url, stop };
}
