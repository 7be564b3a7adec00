import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type EventLog,
  EventLogError,
  type LogObservation,
  logWith,
  openEventLog,
  openKafkaLog,
  openSpooledLog,
  queuedRecords,
  type SpooledLog,
} from "@portalstream/event-log";
import { Traffic } from "@portalstream/ingest";
import { type Config, describe, type Logger, type Metrics, settings } from "@portalstream/runtime";
import { eventLogConfig } from "./event-log.ts";
import { LogMetrics, watchSpool } from "./log-metrics.ts";

/** Where webhooks go (`log`), and where what must hold at once and everywhere goes (`registryLog`). */
export type IngestLog = {
  log: EventLog;
  registryLog: EventLog;
  /** Hears of what is appended; of webhooks it is told by who receives them. */
  traffic: Traffic;
  /** Rejects while a webhook could not be kept. */
  ready: () => Promise<object>;
};

/** The embedded log, or Kafka behind a spool in the data folder. */
export async function openIngestLog(config: Config, logger: Logger, metrics: Metrics): Promise<IngestLog> {
  const logMetrics = new LogMetrics(metrics, logger);
  const observeWith = (traffic: Traffic) => (what: LogObservation) => {
    logMetrics.observe(what);
    if (what.kind === "group") traffic.group(what.records, what.bytes);
  };
  await mkdir(config.dataDir, { recursive: true });
  const spool = join(config.dataDir, "spool");
  const where = eventLogConfig(config, "writer");
  if (config.log.kind === "embedded" || where.kind === "embedded") {
    await refuseForgotten(spool);
    const traffic = new Traffic(logger, () => "none");
    const log = await openEventLog(where, observeWith(traffic));
    return { log, registryLog: log, traffic, ready: () => log.ready().then(() => ({})) };
  }
  let remote: EventLog | null = null;
  const traffic = new Traffic(logger, () => log.status().mode);
  const log: SpooledLog = await openSpooledLog({
    path: spool,
    prefix: where.prefix,
    maxBytes: config.log.spoolMaxBytes,
    openRemote: async () => {
      const kafka = await openKafkaLog(where, observeWith(traffic));
      remote = kafka;
      return { log: kafka, cluster: kafka.cluster };
    },
    onMode: (mode, cause) =>
      logger.warn({ mode, ...(cause === null ? {} : { error: describe(cause) }) }, "spool"),
    onError: (error) => tellFailure(logger, error),
  });
  watchSpool(metrics, () => log.status());
  const registryLog = logWith(log, {
    append: async (topic, entries) => {
      if (remote === null) throw new EventLogError("log_unavailable", true, "Kafka was not reached yet");
      return remote.append(topic, entries);
    },
  });
  return { log, registryLog, traffic, ready: () => log.ready().then(() => ({ spool: log.status() })) };
}

/** What passes by itself is a warning; what waits for somebody says what he is to do. */
function tellFailure(logger: Logger, error: unknown): void {
  const needsSomebody = error instanceof EventLogError && !error.retriable;
  logger[needsSomebody ? "error" : "warn"]({ error: describe(error) }, "Kafka cannot be written");
}

/** Webhooks that were answered 200 while the log was Kafka: nobody would ever send them. */
async function refuseForgotten(spool: string): Promise<void> {
  const records = await queuedRecords(spool);
  if (records === 0) return;
  const remedy = `start with ${settings.kafkaBrokers.env} as before until they are sent, or move the folder away to give them up`;
  throw new EventLogError(
    "log_misconfigured",
    false,
    `${records} webhooks in ${spool} wait for Kafka: ${remedy}`,
  );
}
