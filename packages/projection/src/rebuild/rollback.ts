import { fillTail } from "../maintenance/catch-up.ts";
import { Claim, defaultLeaseMs } from "../maintenance/claim.ts";
import { foldTail } from "../maintenance/fold-tail.ts";
import { dropFormerState, foldWhole } from "../maintenance/fold-whole.ts";
import { lastRebuild, type Run, readRuns, unfinished, writeRun } from "../maintenance/ledger.ts";
import { MaintenanceError } from "../maintenance/maintenance-error.ts";
import { livePartitions, placesOf } from "../maintenance/places.ts";
import { dropLeftovers, exists, mirror, oldOf, refuseOtherLayout } from "../maintenance/tables.ts";
import type { MaintenanceWorld } from "../maintenance/world.ts";
import { allTablesOf, type Projection } from "../projection.ts";
import { readGeneration } from "../state/generation.ts";
import { finishOthers, finishRollback } from "./exchange.ts";

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
    const ended = await finishOthers(world, projection);
    const begun = ended.find(({ state }) => state === "rolled back");
    if (begun !== undefined) return { projection: name, run: begun.run, records: 0 };
    await dropLeftovers(db, allTablesOf(projection));
    const last = await lastRebuildOf(world, projection);
    const refuseLayouts = async () => {
      for (const table of allTablesOf(projection)) await refuseOtherLayout(db, table, oldOf(table));
    };
    await refuseLayouts();
    await mirror(db, tables, claim.run, oldOf);
    const tail = await fillTail(world, projection, last.exchanged, oldOf);
    await refuseLayouts();
    const generation = (await readGeneration(db, name)) + 1;
    const formerState = { tableOf: oldOf, generation };
    for (const table of [...projection.state.tables, projection.state.foldedBots.name])
      await db.command(`TRUNCATE TABLE ${oldOf(table)}`);
    const folded = placesOf(await livePartitions(log, projection));
    await foldWhole(world, projection, formerState);
    await claim.confirm();
    const exchanged = placesOf(await livePartitions(log, projection));
    await foldTail(world, projection, folded, formerState);
    const undone: Run = {
      ...last,
      version: last.version + 1,
      state: "rolling back",
      changedAt: Date.now(),
      exchanged,
    };
    await writeRun(db, undone);
    await finishRollback(db, projection, undone, (done, total) =>
      onProgress({ phase: "exchange", done, total }),
    );
    await fillTail(world, projection, exchanged, (table) => table);
    const liveState = { tableOf: (table: string) => table, generation };
    const end = placesOf(await livePartitions(log, projection));
    await foldTail(world, projection, exchanged, liveState);
    await writeRun(db, {
      ...undone,
      version: undone.version + 1,
      state: "rolled back",
      changedAt: Date.now(),
    });
    await foldTail(world, projection, end, liveState);
    await dropFormerState(db, projection, generation);
    return { projection: name, run: last.run, records: tail.reduce((sum, { records }) => sum + records, 0) };
  } finally {
    await dropOwnMirrors(world, projection, claim);
    await claim.end();
  }
}

async function lastRebuildOf({ db }: MaintenanceWorld, projection: Projection): Promise<Run> {
  const { name } = projection;
  const last = lastRebuild(await readRuns(db, name));
  const kept = await Promise.all(allTablesOf(projection).map((table) => exists(db, oldOf(table))));
  if (last === undefined || kept.includes(false))
    throw new MaintenanceError("nothing_to_roll_back", `no tables of ${name} of before a rebuild are kept`);
  return last;
}

/** After a failure before the exchange; amid it the mirrors are needed until it is finished. */
async function dropOwnMirrors({ db }: MaintenanceWorld, projection: Projection, claim: Claim): Promise<void> {
  if (unfinished(await readRuns(db, projection.name)).length === 0)
    await dropLeftovers(db, allTablesOf(projection), claim.run);
}
