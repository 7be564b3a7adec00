import type { Part } from "./parts.ts";
import { type PartReport, type ReplayWorld, replayPart } from "./replay-part.ts";

/** Replays parts and tells of records as they are done. Inserts go to the tables named in `tables`. */
export type Replay = (
  parts: readonly Part[],
  tables: Readonly<Record<string, string>>,
  onRecords: (count: number) => void,
) => Promise<PartReport[]>;

/** Two, so that one's rows are made while the other's are inserted; memory is bounded by this and the size of a slice. */
const sideBySide = 2;

/** In this thread. A pool of threads can take its place, each of which calls `replayPart`. */
export function replayHere(world: Pick<ReplayWorld, "log" | "insert" | "projections">): Replay {
  return async (parts, tables, onRecords) => {
    const waiting = [...parts];
    const reports: PartReport[] = [];
    const work = async () => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift())
        reports.push(await replayPart(part, { ...world, tables, onRecords }));
    };
    await Promise.all(Array.from({ length: sideBySide }, work));
    return reports;
  };
}
