import { join } from "node:path";
import { type EventLog, type EventLogConfig, openEventLog } from "../src/index.ts";
import { openSpooledLog } from "../src/spool/open-spooled-log.ts";

/** What a test, or a process that it kills, can open by its description: any log, also with a spool in front of an embedded one. */
export type TestLogConfig = EventLogConfig | { kind: "spooled"; path: string; partitions: number };

export function openTestLog(config: TestLogConfig): Promise<EventLog> {
  if (config.kind !== "spooled") return openEventLog(config);
  const { path, partitions } = config;
  const remote = { kind: "embedded", path: join(path, "remote"), partitions, role: "writer" } as const;
  const openRemote = async () => ({ log: await openEventLog(remote), cluster: "" });
  // A disk that is slow for a moment is no outage: appends shall go through it and tell their positions.
  const patience = { patienceMs: 60_000, startPatienceMs: 60_000 };
  return openSpooledLog({ path: join(path, "spool"), prefix: "", openRemote, ...patience });
}
