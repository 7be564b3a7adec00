import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildIngest, Registry, type RegistryOptions, registryCopy } from "@portalstream/ingest";
import { type Config, createMetrics, describe, type Logger, type Spans } from "@portalstream/runtime";
import { sessionsProjection } from "@portalstream/sessions";
import { createApp, healthRoutes } from "../process/http.ts";
import { openIngestLog } from "../process/ingest-log.ts";
import { requireKafka } from "../process/require.ts";
import type { Running } from "../process/running.ts";
import { settled } from "../process/settled.ts";

// The projection is another process and may not run now.
const settledMs = 1_000;
const followMs = 1_000;
const waitMs = 1_000;

/** On its very first start ingest has no copy of the registry and waits for Kafka: nobody's token could be checked. */
async function openRegistry(options: RegistryOptions, logger: Logger): Promise<Registry> {
  for (;;) {
    try {
      return await Registry.open(options);
    } catch (error) {
      if (Reflect.get(Object(error), "retriable") !== true) throw error;
      logger.warn({ error: describe(error) }, "the registry cannot be read yet");
      await sleep(waitMs);
    }
  }
}

/** Webhooks and enrolments, into Kafka. */
export async function start(config: Config, logger: Logger, spans: Spans | null): Promise<Running> {
  requireKafka(config, "ingest");
  const metrics = createMetrics();
  const { log, registryLog, traffic, ready } = await openIngestLog(config, logger, metrics);
  const copy = registryCopy(join(config.dataDir, "registry.copy"));
  const registry = await openRegistry({ log: registryLog, secretKey: config.secretKey, copy }, logger);
  const unfollow = registry.follow(followMs, (error) =>
    logger.debug({ error: describe(error) }, "the registry cannot be followed"),
  );
  const app = createApp(config, logger);
  await buildIngest(app, {
    log,
    registryLog,
    registry,
    metrics,
    traffic,
    spans,
    adminKey: config.adminKey,
    settled: () => settled(registryLog, sessionsProjection.name, settledMs),
  });
  healthRoutes(app, { metrics, ready });
  const url = await app.listen({ host: config.host, port: config.port });
  const stop = async () => {
    unfollow();
    await app.close();
    await log.close();
  };
  return { url, stop };
}
