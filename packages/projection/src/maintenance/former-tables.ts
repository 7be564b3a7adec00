import type { ClickHouse } from "@portalstream/clickhouse";
import { allTablesOf, type Projection } from "../projection.ts";
import { oldOf } from "./tables.ts";

/**
 * Whether a former version has filled tables of its own, and no rebuild took place since: what it has done then is not in the tables
 * of today, and nothing but a rebuild reads it again.
 */
export async function needsRebuild(
  db: Pick<ClickHouse, "query">,
  { formerTables }: Projection,
): Promise<boolean> {
  const filled = await db.query(
    `SELECT name FROM system.tables
     WHERE database = currentDatabase() AND has({formerTables:Array(String)}, name) AND total_rows > 0`,
    { formerTables },
  );
  return filled.length > 0;
}

/**
 * To be called when the rebuilt tables are live, and before the rebuild counts as done. The tables that they took the place of hold
 * only what came after the upgrade: they are dropped too, for a rollback to them would lose history.
 */
export async function dropFormerTables(db: ClickHouse, projection: Projection): Promise<void> {
  const { formerTables } = projection;
  if (await needsRebuild(db, projection))
    for (const table of allTablesOf(projection)) await db.command(`DROP TABLE IF EXISTS ${oldOf(table)}`);
  for (const table of formerTables)
    for (const name of [table, oldOf(table)]) await db.command(`DROP TABLE IF EXISTS ${name}`);
}
