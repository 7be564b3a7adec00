import type { ClickHouse } from "@portalstream/clickhouse";
import { MaintenanceError } from "./maintenance-error.ts";

/** The table that a run fills; after the exchange it holds what was live before. */
export const spareOf = (table: string, run: string) => `${table}__rebuild_${run}`;
/** What was live before the last rebuild. */
export const oldOf = (table: string) => `${table}__old`;
/** Hands on what is inserted into the live table, whichever table has its name. */
const mirrorOf = (table: string, run: string) => `${table}__mirror_${run}`;
/** The comment of a table that a run filled: it goes with the table, whatever name that is given. */
const markOf = (run: string) => `rebuild ${run}`;

export async function createSpares(db: ClickHouse, tables: readonly string[], run: string): Promise<void> {
  for (const table of tables) {
    await db.command(`CREATE TABLE ${spareOf(table, run)} AS ${table}`);
    await db.command(`ALTER TABLE ${spareOf(table, run)} MODIFY COMMENT '${markOf(run)}'`);
  }
}

/** From now on, rows inserted into the live tables are inserted into these, too: also those of an exchanged table. */
export async function mirror(
  db: ClickHouse,
  tables: readonly string[],
  run: string,
  target: (table: string) => string,
): Promise<void> {
  for (const table of tables)
    await db.command(
      `CREATE MATERIALIZED VIEW ${mirrorOf(table, run)} TO ${target(table)} AS SELECT * FROM ${table}`,
    );
}

export async function dropMirrors(db: ClickHouse, tables: readonly string[]): Promise<void> {
  for (const name of await namesWith(db, tables, "__mirror_"))
    await db.command(`DROP VIEW IF EXISTS ${name}`);
}

/**
 * What a run has left behind, or all runs; to be called by whoever holds the claim, when no exchange is unfinished. A mirror without
 * its target would fail every insert, so mirrors go first.
 */
export async function dropLeftovers(db: ClickHouse, tables: readonly string[], run = ""): Promise<void> {
  for (const name of await namesWith(db, tables, `__mirror_${run}`))
    await db.command(`DROP VIEW IF EXISTS ${name}`);
  for (const kind of [`__rebuild_${run}`, `__verify_${run}`])
    for (const name of await namesWith(db, tables, kind)) await db.command(`DROP TABLE IF EXISTS ${name}`);
}

/** Whether the live table is the one that the run has filled. */
export async function isRebuilt(db: ClickHouse, table: string, run: string): Promise<boolean> {
  const found = await db.query<{ comment: string }>(
    "SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = {table:String}",
    { table },
  );
  return found[0]?.comment === markOf(run);
}

export async function exists(db: ClickHouse, name: string): Promise<boolean> {
  const found = await db.query(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND name = {name:String}",
    { name },
  );
  return found.length > 0;
}

/** Tables that a migration has come between must not take each other's place: rows are written by the position of their columns. */
export async function refuseOtherLayout(db: ClickHouse, table: string, other: string): Promise<void> {
  if (await haveOneLayout(db, table, other)) return;
  throw new MaintenanceError(
    "layout_changed",
    `${table} and ${other} have different columns: a migration came between them. Rebuild, which makes tables of today's columns`,
  );
}

export async function haveOneLayout(db: ClickHouse, table: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([table, other].map((name) => columnsOf(db, name)));
  return one === two;
}

async function columnsOf(db: ClickHouse, table: string): Promise<string> {
  const columns = await db.query(
    `SELECT name, type FROM system.columns
     WHERE database = currentDatabase() AND table = {table:String} ORDER BY position`,
    { table },
  );
  return JSON.stringify(columns);
}

async function namesWith(db: ClickHouse, tables: readonly string[], kind: string): Promise<string[]> {
  const found = await db.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND position(name, {kind:String}) > 0",
    { kind },
  );
  return found
    .map(({ name }) => name)
    .filter((name) => tables.some((table) => name.startsWith(`${table}${kind}`)));
}
