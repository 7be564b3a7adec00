import { RowReader } from "./row-reader.ts";
import { rowsOf, type StateDb } from "./state-db.ts";

/** How many times a projection's tables were exchanged: each rebuild and each rollback makes a new generation of state. */
export async function readGeneration(db: Pick<StateDb, "lines">, projection: string): Promise<number> {
  const sql = `SELECT toUInt32(countIf(state IN ('done', 'rolling back', 'rolled back')) + countIf(state = 'rolled back'))
    FROM maintenance FINAL WHERE projection_name = {projection:String}`;
  const [row = [0]] = rowsOf(await db.lines(sql, { projection }));
  return new RowReader(row).number();
}
