import { setTimeout as sleep } from "node:timers/promises";
import { type Config, createMetrics, type Logger, type Spans } from "@portalstream/runtime";
import { sessionsProjection } from "@portalstream/sessions";
import { followedMs } from "../process/access.ts";
import { healthRoutes } from "../process/http.ts";
import { requireKafka } from "../process/require.ts";
import type { Running } from "../process/running.ts";
import { settled } from "../process/settled.ts";
import { startIngest } from "../process/start-ingest.ts";

// The projection is another process and may not run now.
const settledMs = 1_000;

/** Webhooks and enrolments, into Kafka. */
export async function start(config: Config, logger: Logger, spans: Spans | null): Promise<Running> {
  requireKafka(config, "ingest");
  const metrics = createMetrics();
  const { app, log, ready } = await startIngest(config, logger, {
    metrics,
    spans,
    settled: async (log) => {
      await Promise.all([settled(log, sessionsProjection.name, settledMs), sleep(followedMs)]);
    },
  });
  healthRoutes(app, { metrics, ready });
  const url = await app.listen({ host: config.host, port: config.port });
  const stop = async () => {
    await app.close();
    await log.close();
  };
  return { url, stop };
}
