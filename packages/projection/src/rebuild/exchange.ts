import type { ClickHouse } from "@portalstream/clickhouse";
import { fillTail } from "../maintenance/catch-up.ts";
import { foldTail } from "../maintenance/fold-tail.ts";
import { dropFormerState } from "../maintenance/fold-whole.ts";
import { dropFormerTables } from "../maintenance/former-tables.ts";
import { type Run, type RunState, readRuns, unfinished, writeRun } from "../maintenance/ledger.ts";
import { livePartitions, placesOf } from "../maintenance/places.ts";
import { dropMirrors, exists, haveOneLayout, isRebuilt, oldOf, spareOf } from "../maintenance/tables.ts";
import type { MaintenanceWorld } from "../maintenance/world.ts";
import { allTablesOf, type Projection } from "../projection.ts";
import { readGeneration } from "../state/generation.ts";

/** Hears of every step that changes tables. */
export type OnStep = (done: number, total: number) => void;

/**
 * Gives the run's tables the live names. Several tables cannot be exchanged at once; each of the two sets holds all facts at any time,
 * since what is inserted into one is handed on to the other. So it may stop anywhere, and is called again to go on.
 */
export async function finishExchange(
  db: ClickHouse,
  projection: Projection,
  row: Run,
  onStep: OnStep = () => {},
): Promise<void> {
  const tables = allTablesOf(projection);
  const total = 2 * tables.length;
  for (const [at, table] of tables.entries()) {
    onStep(at, total);
    const spare = spareOf(table, row.run);
    if ((await exists(db, spare)) && !(await isRebuilt(db, table, row.run)))
      await db.command(`EXCHANGE TABLES ${table} AND ${spare}`);
  }
  await dropMirrors(db, tables);
  for (const [at, table] of tables.entries()) {
    onStep(tables.length + at, total);
    const spare = spareOf(table, row.run);
    if (!(await exists(db, spare))) continue;
    await db.command(`DROP TABLE IF EXISTS ${oldOf(table)}`);
    await db.command(`RENAME TABLE ${spare} TO ${oldOf(table)}`);
  }
}

/** Gives the tables of before the run their names back, as carefully, and drops the run's. */
export async function finishRollback(
  db: ClickHouse,
  projection: Projection,
  row: Run,
  onStep: OnStep = () => {},
): Promise<void> {
  const tables = allTablesOf(projection);
  const total = 2 * tables.length;
  for (const [at, table] of tables.entries()) {
    onStep(at, total);
    if (await isRebuilt(db, table, row.run)) await db.command(`EXCHANGE TABLES ${table} AND ${oldOf(table)}`);
  }
  await dropMirrors(db, tables);
  for (const [at, table] of tables.entries()) {
    onStep(tables.length + at, total);
    await db.command(`DROP TABLE IF EXISTS ${oldOf(table)}`);
  }
}

/** Finishes what a killed run has left amid its exchange; the caller holds the claim. Resolves with what became of them. */
export async function finishOthers(world: MaintenanceWorld, projection: Projection): Promise<Run[]> {
  const { db, log } = world;
  const ended: Run[] = [];
  for (const row of unfinished(await readRuns(db, projection.name))) {
    const state = await finish(world, projection, row);
    // An insert that looked for its mirror at the very moment of the exchange may have found none.
    await fillTail(world, projection, row.exchanged, (table) => table);
    const generation = (await readGeneration(db, projection.name)) + 1;
    const liveState = { tableOf: (table: string) => table, generation };
    const last = placesOf(await livePartitions(log, projection));
    await foldTail(world, projection, row.exchanged, liveState);
    if (state === "done") await dropFormerTables(db, projection);
    const over: Run = { ...row, version: row.version + 1, state, changedAt: Date.now() };
    await writeRun(db, over);
    // What the live projection was folding when the generation changed is of the former one.
    await foldTail(world, projection, last, liveState);
    if (state !== "ended") await dropFormerState(db, projection, generation);
    ended.push(over);
  }
  return ended;
}

/** Each set is complete, so an exchange that a migration came amid ends where it is. */
async function finish({ db }: MaintenanceWorld, projection: Projection, row: Run): Promise<RunState> {
  const undoing = row.state === "rolling back";
  for (const table of allTablesOf(projection)) {
    const other = undoing ? oldOf(table) : spareOf(table, row.run);
    if (!(await exists(db, other)) || (await haveOneLayout(db, table, other))) continue;
    await dropMirrors(db, projection.tables);
    return "ended";
  }
  await (undoing ? finishRollback : finishExchange)(db, projection, row);
  return undoing ? "rolled back" : "done";
}
