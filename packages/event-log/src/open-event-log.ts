import type { KafkaConfig } from "./kafka/config.ts";
import { openKafkaLog } from "./kafka/open-kafka-log.ts";
import { type EmbeddedConfig, openEmbeddedLog } from "./lmdb/open-embedded-log.ts";
import type { EventLog, Observe } from "./port.ts";

/** A tagged union: a half-configured log cannot be written down. */
export type EventLogConfig = EmbeddedConfig | KafkaConfig;

export function openEventLog(config: EventLogConfig, observe: Observe = () => {}): Promise<EventLog> {
  switch (config.kind) {
    case "embedded":
      return openEmbeddedLog(config, observe);
    case "kafka":
      return openKafkaLog(config, observe);
  }
}
