import { type Chunks, giveBack } from "@portalstream/clickhouse";
import type { Rows } from "../rows.ts";

/** Inserts the rows of all tables side by side, and gives their memory back. To be called once for `rows`. */
export async function insertRows(
  rows: Rows,
  insert: (table: string, rows: Chunks) => Promise<void>,
): Promise<void> {
  await Promise.all(
    [...rows.tables()].map(async ([table, chunks]) => {
      await insert(table, chunks);
      giveBack(chunks);
    }),
  );
}
