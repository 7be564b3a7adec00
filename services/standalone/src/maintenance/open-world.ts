import { existsSync } from "node:fs";
import { type ClickHouse, openClickHouse } from "@portalstream/clickhouse";
import { openEventLog } from "@portalstream/event-log";
import { type MaintenanceWorld, type Projection, replayInThreads } from "@portalstream/projection";
import type { Config } from "@portalstream/runtime";
import { eventLogConfig } from "../process/event-log.ts";
import { refuseUnmigrated, tablesConfig, tablesSocket } from "../process/tables.ts";
import { progressBar } from "./progress-bar.ts";
import type { ReplayThreadData } from "./replay-thread.ts";

const threads = 2;

/** Opens log and tables for a task on projections, does it with a progress bar, and lets go of all. */
export async function inWorld<Result>(
  config: Config,
  projections: readonly Projection[],
  task: (world: MaintenanceWorld) => Promise<Result>,
): Promise<Result> {
  const logConfig = eventLogConfig(config, "reader");
  const log = await openEventLog(logConfig);
  const db = await openTables(config);
  const bar = progressBar(process.stderr);
  const names = projections.map(({ name }) => name);
  const { replay, close } = replayInThreads({
    module: new URL("./replay-thread.ts", import.meta.url),
    workerData: { log: logConfig, projections: names } satisfies ReplayThreadData,
    threads,
    resourceLimits: { maxYoungGenerationSizeMb: 128 },
    insert: (table, rows) => db.insert(table, rows),
  });
  try {
    await refuseUnmigrated(db);
    return await task({ log, db, projections, replay, onProgress: bar.show });
  } finally {
    bar.end();
    await close();
    await db.close();
    await log.close();
  }
}

/** The tables of a data folder belong to one process: while it runs, through its socket. */
async function openTables(config: Config): Promise<ClickHouse> {
  const direct = tablesConfig(config);
  const socket = tablesSocket(config);
  if (direct.kind === "http" || !existsSync(socket)) return openClickHouse(direct);
  const served = await openClickHouse({ kind: "socket", path: socket });
  try {
    await served.query("SELECT 1");
    return served;
  } catch {
    // Left behind by a process that was killed.
    await served.close();
    return openClickHouse(direct);
  }
}
