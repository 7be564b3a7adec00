import { join } from "node:path";
import type { EventLog } from "@portalstream/event-log";
import { buildIngest, Registry, type RegistryObservation, registryCopy } from "@portalstream/ingest";
import { type Config, describe, type Logger, type Metrics, Problem, type Spans } from "@portalstream/runtime";
import type { FastifyInstance } from "fastify";
import { createApp } from "./http.ts";
import { openIngestLog } from "./ingest-log.ts";
import { retry } from "./retry.ts";

const followMs = 1_000;
const toldEnrolments = 20;

export type IngestParts = {
  metrics: Metrics;
  spans: Spans | null;
  /** The answer to an enrolment waits for it: resolves when what was appended to this log before can be read, or when that takes too long. */
  settled: (log: EventLog) => Promise<void>;
};

export type Ingest = {
  /** With the routes of webhooks and administration; it does not listen yet. Closing it leaves the log open. */
  app: FastifyInstance;
  /** Where webhooks go; whoever closes the application closes it after that. */
  log: EventLog;
  /** The same without a spool: what is appended there is in the log, or it is refused. */
  registryLog: EventLog;
  /** Rejects while a webhook could not be accepted; resolves with what else is worth knowing. */
  ready: () => Promise<object>;
};

/**
 * Webhooks and enrolments, alone or beside the rest. While Kafka is away it starts with what the copy holds of the registry. On its
 * very first start there is no copy, and it waits for Kafka: nobody's token could be checked.
 */
export async function startIngest(
  config: Config,
  logger: Logger,
  { metrics, spans, settled }: IngestParts,
): Promise<Ingest> {
  const { log, registryLog, traffic, ready } = await openIngestLog(config, logger, metrics);
  const shared = config.log.kind === "kafka";
  const copy = shared ? registryCopy(join(config.dataDir, "registry.copy")) : null;
  const { secretKey, adminKey } = config;
  const observe = (what: RegistryObservation) => tell(logger, what);
  const options = { log: registryLog, secretKey, copy, observe };
  const registry = await retry(() => Registry.open(options), { logger, who: "registry" });
  const app = createApp(config, logger);
  await buildIngest(app, {
    log,
    registryLog,
    registry,
    metrics,
    traffic,
    spans,
    adminKey,
    settled: () => settled(registryLog),
  });
  if (shared) {
    const unfollow = registry.follow(followMs);
    app.addHook("onClose", async () => unfollow());
  }
  const readyToAccept = async () => {
    if (registry.closed) throw wrongKey();
    return ready();
  };
  return { app, log, registryLog, ready: readyToAccept };
}

const wrongKey = () =>
  new Problem({
    status: 503,
    code: "wrong_secret_key",
    title: "No stored application token can be opened with this secret key",
  });

function tell(logger: Logger, what: RegistryObservation): void {
  switch (what.kind) {
    case "closed": {
      const { enrolments, all } = what;
      const some = enrolments.slice(0, toldEnrolments);
      logger.error(
        { code: "wrong_secret_key", count: enrolments.length, some, all },
        "application tokens were sealed with another secret key: these webhooks are refused until they are enrolled again",
      );
      break;
    }
    case "not-followed":
      logger.warn({ error: describe(what.error) }, "the registry cannot be followed");
      break;
    case "followed-again":
      logger.info("the registry is followed again");
      break;
    case "copy-not-saved":
      logger.warn({ error: describe(what.error) }, "the copy of the registry cannot be saved");
  }
}
