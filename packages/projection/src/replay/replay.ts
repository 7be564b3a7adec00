import type { Part } from "./parts.ts";
import { type PartReport, type ReplayWorld, replayPart } from "./replay-part.ts";

/** Replays parts and tells of records as they are done. Rows go to the tables that `tables` names for their own. */
export type Replay = (
  parts: readonly Part[],
  tables: Readonly<Record<string, string>>,
  onRecords: (count: number) => void,
) => Promise<PartReport[]>;

/** In this thread, one part after the other: rows are made while others are inserted. */
export function replayHere(world: Pick<ReplayWorld, "log" | "insert" | "projections">): Replay {
  return async (parts, tables, onRecords) => {
    const reports: PartReport[] = [];
    for (const part of parts) reports.push(await replayPart(part, { ...world, tables, onRecords }));
    return reports;
  };
}
