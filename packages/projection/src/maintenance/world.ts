import type { ClickHouse } from "@portalstream/clickhouse";
import type { EventLog } from "@portalstream/event-log";
import type { Projection } from "../projection.ts";
import type { Replay } from "../replay/replay.ts";

export type MaintenancePhase = "replay" | "catch up" | "wait" | "fold" | "compare" | "exchange";
/** Records done of all, or steps done of all; a phase may come again with another total. */
export type MaintenanceProgress = { phase: MaintenancePhase; done: number; total: number };

/** The log is only read, and the tables are reached through the port: the system that owns them goes on running. */
export type MaintenanceWorld = {
  log: EventLog;
  db: ClickHouse;
  projections: readonly Projection[];
  onProgress: (progress: MaintenanceProgress) => void;
  /** Where records are read and rows are made. Default: this thread. */
  replay?: Replay;
  /** After how long a silence another run counts as dead (10 s). */
  leaseMs?: number;
  /** How long the live projection may stand still while it is waited for (30 s). */
  liveWaitMs?: number;
};
