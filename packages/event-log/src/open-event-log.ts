import { type EmbeddedConfig, openEmbeddedLog } from "./lmdb/open-embedded-log.ts";
import type { EventLog } from "./port.ts";

/** A tagged union: a half-configured log cannot be written down. */
export type EventLogConfig = EmbeddedConfig;

export function openEventLog(config: EventLogConfig): Promise<EventLog> {
  switch (config.kind) {
    case "embedded":
      return openEmbeddedLog(config);
  }
}
