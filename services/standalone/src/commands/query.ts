import { openClickHouse } from "@portalstream/clickhouse";
import { type EventLog, openEventLog } from "@portalstream/event-log";
import { registryTopics } from "@portalstream/events";
import { adminRoutes } from "@portalstream/ingest";
import { buildQuery, withinEngine } from "@portalstream/query";
import { type Config, commonProblem, createMetrics, type Logger, type Spans } from "@portalstream/runtime";
import { followAccess } from "../process/access.ts";
import { eventLogConfig } from "../process/event-log.ts";
import { createApp, healthRoutes } from "../process/http.ts";
import { requireKafka, requireServer } from "../process/require.ts";
import type { Running } from "../process/running.ts";
import { refuseUnmigrated, tablesCheck, tablesConfig } from "../process/tables.ts";

/** The query API and the page, from a ClickHouse server. Keys and portals come from Kafka, which may be away when it starts. */
export async function start(config: Config, logger: Logger, spans: Spans | null): Promise<Running> {
  requireKafka(config, "query");
  requireServer(config, "query");
  const metrics = createMetrics();
  const db = await openClickHouse(tablesConfig(config));
  await refuseUnmigrated(db);
  let log: Promise<EventLog> | null = null;
  const { access, stop: unfollow } = followAccess(
    () => {
      const where = eventLogConfig(config, "reader");
      log = openEventLog(where.kind === "kafka" ? { ...where, topics: registryTopics } : where);
      return log;
    },
    config,
    logger,
  );
  const app = createApp(config, logger);
  const { adminKey } = config;
  const limits = await withinEngine(db, config.query);
  await app.register(buildQuery({ db, access, limits, metrics, spans, adminKey, otherRoutes: adminRoutes }));
  const tablesReady = tablesCheck(db);
  const ready = async () => {
    if (!access.loaded)
      throw commonProblem("unavailable", "the keys were not read yet", { "retry-after": "1" });
    await tablesReady();
    return {};
  };
  healthRoutes(app, { metrics, ready });
  const url = await app.listen({ host: config.host, port: config.port });
  const stop = async () => {
    unfollow();
    await app.close();
    await db.close();
    const opened = await log?.catch(() => null);
    await opened?.close();
  };
  return { url, stop };
}
