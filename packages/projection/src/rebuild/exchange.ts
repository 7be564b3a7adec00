import type { ClickHouse } from "@portalstream/clickhouse";
import type { Projection } from "../run-projection.ts";
import { type Run, readRuns, unfinished, writeRun } from "./ledger.ts";
import { dropMirrors, exists, isRebuilt, oldOf, spareOf } from "./tables.ts";

/** Hears of every step that changes tables. */
export type OnStep = (done: number, total: number) => void;

/**
 * Gives the run's tables the live names. Several tables cannot be exchanged at once; each of the two sets holds all facts at any time,
 * since what is inserted into one is handed on to the other. So it may stop anywhere, and is called again to go on.
 */
export async function finishExchange(
  db: ClickHouse,
  { tables }: Projection,
  row: Run,
  onStep: OnStep = () => {},
): Promise<void> {
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
  { tables }: Projection,
  row: Run,
  onStep: OnStep = () => {},
): Promise<void> {
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

/** Finishes what a killed run has left amid its exchange; the caller holds the claim. */
export async function finishOthers(db: ClickHouse, projection: Projection): Promise<void> {
  for (const row of unfinished(await readRuns(db, projection.name))) {
    const undoing = row.state === "rolling back";
    await (undoing ? finishRollback : finishExchange)(db, projection, row);
    const state = undoing ? "rolled back" : "done";
    await writeRun(db, { ...row, version: row.version + 1, state, changedAt: Date.now() });
  }
}
