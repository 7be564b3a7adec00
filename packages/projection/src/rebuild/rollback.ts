import type { Projection } from "../run-projection.ts";
import { fillTail } from "./catch-up.ts";
import { Claim, defaultLeaseMs } from "./claim.ts";
import { finishOthers, finishRollback } from "./exchange.ts";
import { lastRebuild, type Run, readRuns, unfinished, writeRun } from "./ledger.ts";
import { MaintenanceError } from "./maintenance-error.ts";
import { livePartitions, placesOf } from "./places.ts";
import { dropLeftovers, exists, mirror, oldOf } from "./tables.ts";
import type { MaintenanceWorld } from "./world.ts";

/** `run` is the rebuild that was undone. */
export type RollbackResult = { projection: string; run: string; records: number };

/**
 * Gives the tables of before the last rebuild their places back, with all that has happened since, as carefully as `rebuild` takes
 * them; what was rebuilt is dropped. Throws MaintenanceError where there is nothing to go back to.
 */
export async function rollback(world: MaintenanceWorld): Promise<RollbackResult[]> {
  const results: RollbackResult[] = [];
  for (const projection of world.projections) results.push(await rollBackOne(world, projection));
  return results;
}

async function rollBackOne(world: MaintenanceWorld, projection: Projection): Promise<RollbackResult> {
  const { db, log, onProgress, leaseMs = defaultLeaseMs } = world;
  const { name, tables } = projection;
  const claim = await Claim.take(db, name, "building", leaseMs);
  try {
    const begun = unfinished(await readRuns(db, name)).find(({ state }) => state === "rolling back");
    await finishOthers(db, projection);
    if (begun !== undefined) return { projection: name, run: begun.run, records: 0 };
    await dropLeftovers(db, tables);
    const last = await lastRebuildOf(world, projection);
    await mirror(db, tables, claim.run, oldOf);
    const tail = await fillTail(world, projection, last.exchanged, oldOf);
    await claim.confirm();
    const exchanged = placesOf(await livePartitions(log, projection));
    const undone: Run = { ...last, version: last.version + 1, state: "rolling back", changedAt: Date.now() };
    await writeRun(db, undone);
    await finishRollback(db, projection, undone, (done, total) =>
      onProgress({ phase: "exchange", done, total }),
    );
    await fillTail(world, projection, exchanged, (table) => table);
    await writeRun(db, {
      ...undone,
      version: undone.version + 1,
      state: "rolled back",
      changedAt: Date.now(),
    });
    return { projection: name, run: last.run, records: tail.reduce((sum, { records }) => sum + records, 0) };
  } finally {
    await dropOwnMirrors(world, projection, claim);
    await claim.end();
  }
}

async function lastRebuildOf({ db }: MaintenanceWorld, { name, tables }: Projection): Promise<Run> {
  const last = lastRebuild(await readRuns(db, name));
  const kept = await Promise.all(tables.map((table) => exists(db, oldOf(table))));
  if (last === undefined || kept.includes(false))
    throw new MaintenanceError("nothing_to_roll_back", `no tables of ${name} of before a rebuild are kept`);
  return last;
}

/** After a failure before the exchange; amid it the mirrors are needed until it is finished. */
async function dropOwnMirrors(
  { db }: MaintenanceWorld,
  { name, tables }: Projection,
  claim: Claim,
): Promise<void> {
  if (unfinished(await readRuns(db, name)).length === 0) await dropLeftovers(db, tables, claim.run);
}
