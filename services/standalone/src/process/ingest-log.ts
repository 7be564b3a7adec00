import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type EventLog,
  EventLogError,
  openEventLog,
  openSpooledLog,
  type SpooledLog,
} from "@portalstream/event-log";
import { type Config, describe, type Logger, type Metrics } from "@portalstream/runtime";
import { eventLogConfig } from "./event-log.ts";
import { LogMetrics, watchSpool } from "./log-metrics.ts";

/** Where webhooks go (`log`), and where what must hold at once and everywhere goes (`registryLog`). */
export type IngestLog = {
  log: EventLog;
  registryLog: EventLog;
  /** Rejects while a webhook could not be kept. */
  ready: () => Promise<object>;
};

/** The embedded log, or Kafka behind a spool in the data folder. */
export async function openIngestLog(config: Config, logger: Logger, metrics: Metrics): Promise<IngestLog> {
  const { observe } = new LogMetrics(metrics, logger);
  await mkdir(config.dataDir, { recursive: true });
  if (config.log.kind === "embedded") {
    const log = await openEventLog(eventLogConfig(config, "writer"), observe);
    return { log, registryLog: log, ready: () => log.ready().then(() => ({})) };
  }
  let remote: EventLog | null = null;
  const log: SpooledLog = await openSpooledLog({
    path: join(config.dataDir, "spool"),
    maxBytes: config.log.spoolMaxBytes,
    openRemote: async () => {
      remote = await openEventLog(eventLogConfig(config, "writer"), observe);
      return remote;
    },
    onMode: (mode, cause) =>
      logger.warn({ mode, ...(cause === null ? {} : { error: describe(cause) }) }, "spool"),
    onError: (error) => logger.warn({ error: describe(error) }, "Kafka cannot be written"),
  });
  watchSpool(metrics, () => log.status());
  const registryLog: EventLog = {
    append: async (topic, entries) => {
      if (remote === null) throw new EventLogError("log_unavailable", true, "Kafka was not reached yet");
      return remote.append(topic, entries);
    },
    consume: (what, handle) => log.consume(what, handle),
    read: (topic, partition, from, to) => log.read(topic, partition, from, to),
    extents: (topic) => log.extents(topic),
    progress: (group, topic) => log.progress(group, topic),
    ready: () => log.ready(),
    close: () => log.close(),
  };
  return { log, registryLog, ready: () => log.ready().then(() => ({ spool: log.status() })) };
}
