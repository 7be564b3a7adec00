import { openClickHouse } from "@portalstream/clickhouse";
import { adminRoutes } from "@portalstream/ingest";
import { buildQuery } from "@portalstream/query";
import { type Config, createMetrics, type Logger, type Spans } from "@portalstream/runtime";
import { createApp, healthRoutes } from "../process/http.ts";
import { requireServer } from "../process/require.ts";
import type { Running } from "../process/running.ts";
import { refuseUnmigrated, tablesConfig, tablesReady } from "../process/tables.ts";

/** The query API and the page, from a ClickHouse server. */
export async function start(config: Config, logger: Logger, spans: Spans | null): Promise<Running> {
  requireServer(config, "query");
  const metrics = createMetrics();
  const db = await openClickHouse(tablesConfig(config));
  await refuseUnmigrated(db);
  const app = createApp(config, logger);
  await app.register(buildQuery({ db, metrics, spans, adminKey: config.adminKey, otherRoutes: adminRoutes }));
  healthRoutes(app, { metrics, ready: async () => tablesReady(db).then(() => ({})) });
  const url = await app.listen({ host: config.host, port: config.port });
  const stop = async () => {
    await app.close();
    await db.close();
  };
  return { url, stop };
}
