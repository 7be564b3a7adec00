import { setTimeout as sleep } from "node:timers/promises";
import { isCompacted } from "@portalstream/events";
import type { Projection } from "../projection.ts";
import type { Range } from "../replay/parts.ts";
import type { PartReport } from "../replay/replay-part.ts";
import { fill } from "./fill.ts";
import type { LogPlace } from "./ledger.ts";
import { MaintenanceError } from "./maintenance-error.ts";
import { historyPartitions, livePartitions, nextAt, type Partition, placesOf, rangesOf } from "./places.ts";
import type { MaintenanceWorld } from "./world.ts";

type Target = (table: string, projection: string) => string;
export type Filled = { places: Map<string, LogPlace[]>; reports: PartReport[] };

/** What is left when the live projection is as good as reached. */
const smallRest = 20_000;
const mostRounds = 50;
const pauseMs = 50;

/**
 * Interprets again all that the live projection has done, from the first offset, and then what it has done meanwhile, until little is
 * left. Later records are not for this: the live projection writes their rows as they were received. Throws MaintenanceError.
 */
export async function fillHistory(world: MaintenanceWorld, target: Target): Promise<Filled> {
  const { log, projections } = world;
  const places = new Map<string, LogPlace[]>(projections.map(({ name }) => [name, []]));
  const reports: PartReport[] = [];
  for (let round = 1; round <= mostRounds; round += 1) {
    const ranges: Range[] = [];
    for (const projection of projections) {
      const { name } = projection;
      const found = [
        ...(await livePartitions(log, projection)),
        ...(await historyPartitions(log, projection)),
      ];
      for (const one of found) refuseIncomplete(one);
      const before = places.get(name) ?? [];
      const bounds = found.map(({ topic, partition, next }) => {
        const from = nextAt(before, topic, partition);
        return { topic, partition, from, to: Math.max(from, next) };
      });
      ranges.push(...rangesOf(name, bounds, true));
      places.set(
        name,
        bounds.map(({ topic, partition, to }) => ({ topic, partition, next: to })),
      );
    }
    const done = await fill(world, round === 1 ? "replay" : "catch up", ranges, target);
    for (const report of done) refuseGaps(report);
    reports.push(...done);
    if (done.reduce((sum, { records }) => sum + records, 0) < smallRest) break;
  }
  return { places, reports };
}

/** Replays, as they were received, the records from `places` to the log's end as it is now. */
export async function fillTail(
  world: MaintenanceWorld,
  projection: Projection,
  places: readonly LogPlace[],
  target: Target,
): Promise<PartReport[]> {
  const partitions = await livePartitions(world.log, projection);
  const bounds = partitions.map(({ topic, partition, end }) => ({
    topic,
    partition,
    from: nextAt(places, topic, partition),
    to: end,
  }));
  const reports = await fill(world, "catch up", rangesOf(projection.name, bounds, false), target);
  for (const report of reports) refuseGaps(report);
  return reports;
}

/**
 * Waits until the live projection has done all that the log holds now, as long as it gets on; resolves with what it has not.
 */
export async function waitForLive(
  { log, onProgress, liveWaitMs = 30_000 }: MaintenanceWorld,
  projection: Projection,
): Promise<number> {
  const ends = await livePartitions(log, projection);
  const lagOf = async () => {
    const places = placesOf(await livePartitions(log, projection));
    return ends.reduce(
      (sum, { topic, partition, end }) => sum + Math.max(0, end - nextAt(places, topic, partition)),
      0,
    );
  };
  const first = await lagOf();
  let lag = first;
  let deadline = performance.now() + liveWaitMs;
  while (lag > 0 && performance.now() < deadline) {
    onProgress({ phase: "wait", done: Math.max(0, first - lag), total: first });
    await sleep(pauseMs);
    const now = await lagOf();
    if (now < lag) deadline = performance.now() + liveWaitMs;
    lag = now;
  }
  return lag;
}

/** Waits as `waitForLive` does, and throws MaintenanceError where the live projection stands still. */
export async function requireLive(world: MaintenanceWorld, projection: Projection): Promise<void> {
  const lag = await waitForLive(world, projection);
  if (lag === 0) return;
  throw new MaintenanceError(
    "live_projection_behind",
    `${projection.name} has still ${lag} records to do and does not get on; what it has not done would not be interpreted again. ` +
      "Start the projection, then rebuild",
  );
}

function refuseIncomplete({ topic, partition, first, next, end }: Partition): void {
  if (isCompacted(topic)) return;
  if (first > 0) throw incomplete(topic, partition, `begins at ${first}`);
  if (next > end) throw incomplete(topic, partition, `ends at ${end}, but ${next} were done`);
}

function refuseGaps({ part: { topic, partition }, gaps, overlaps }: PartReport): void {
  const [gap] = gaps;
  if (gap !== undefined) throw incomplete(topic, partition, `does not hold ${gap.from} to ${gap.to}`);
  if (overlaps > 0) throw incomplete(topic, partition, "holds offsets twice");
}

const incomplete = (topic: string, partition: number, what: string) =>
  new MaintenanceError(
    "log_incomplete",
    `${topic}/${partition} ${what}: tables made from it would lose history`,
  );
