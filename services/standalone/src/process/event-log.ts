import { join } from "node:path";
import type { EventLogConfig } from "@portalstream/event-log";
import { allTopics, registryTopics } from "@portalstream/events";
import type { Config } from "@portalstream/runtime";

/** The event log that the settings name. `role` matters to the embedded one, which has one writer. */
export function eventLogConfig({ log, dataDir }: Config, role: "writer" | "reader"): EventLogConfig {
  if (log.kind === "kafka") {
    const { brokers, partitions, replication, prefix, tls, sasl } = log;
    return {
      kind: "kafka",
      brokers,
      partitions,
      replication,
      prefix,
      security: { tls, sasl },
      topics: allTopics,
      compacted: registryTopics,
    };
  }
  return {
    kind: "embedded",
    path: join(dataDir, "log"),
    partitions: log.partitions,
    role,
    ...(log.maxBytes === 0 ? {} : { maxBytes: log.maxBytes }),
  };
}
