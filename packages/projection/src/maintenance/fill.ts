import type { Chunks } from "@portalstream/clickhouse";
import { planParts, type Range, recordsIn } from "../replay/parts.ts";
import { type Replay, replayHere } from "../replay/replay.ts";
import type { PartReport } from "../replay/replay-part.ts";
import type { MaintenancePhase, MaintenanceWorld } from "./world.ts";

/** Small enough for several threads to share the work of one partition. */
const partRecords = 128_000;

/** Replays the ranges into the tables that each projection's tables are mapped to, and reports. */
export async function fill(
  world: MaintenanceWorld,
  phase: MaintenancePhase,
  ranges: readonly Range[],
  target: (table: string, projection: string) => string,
): Promise<PartReport[]> {
  const { log, db, projections, onProgress } = world;
  const parts = planParts(ranges, partRecords);
  const total = recordsIn(parts);
  if (total === 0) return [];
  let done = 0;
  onProgress({ phase, done, total });
  const tables = Object.fromEntries(
    projections.flatMap((one) => one.tables.map((table) => [table, target(table, one.name)])),
  );
  const insert: (table: string, rows: Chunks) => Promise<void> = (table, rows) => db.insert(table, rows);
  const replay: Replay = world.replay ?? replayHere({ log, insert, projections });
  return replay(parts, tables, (records) => {
    done += records;
    onProgress({ phase, done, total });
  });
}
