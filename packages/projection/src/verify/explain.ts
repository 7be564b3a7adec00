import type { ClickHouse } from "@portalstream/clickhouse";
import { differs } from "../maintenance/compare-groups.ts";
import { type Layout, readLayout } from "../maintenance/layout.ts";
import { bounded, countedRows, inGroups, storedRows } from "../maintenance/row-sql.ts";

/** The tables that a verification of one table works with. */
export type Shadow = { layout: Layout; rows: string; groups: string; faults: string };

/** An empty table like `table`, but one that never merges: it keeps every row that the log may leave in the live one. */
export async function createShadow(db: ClickHouse, table: string, run: string): Promise<Shadow> {
  const layout = await readLayout(db, table, { digests: false });
  const name = `${table}__verify_${run}`;
  const shadow = { layout, rows: name, groups: `${name}_groups`, faults: `${name}_faults` };
  await db.command(`CREATE TABLE ${shadow.rows} AS ${table} ENGINE = MergeTree ORDER BY (${layout.key.join(", ")})
    SETTINGS fsync_after_insert = 0, fsync_part_directory = 0`);
  await db.command(`CREATE TABLE ${shadow.faults}
    (missing UInt8, p String, d Date32, k UInt64, c UInt64, r UInt64) ENGINE = MergeTree ORDER BY (p, d)
    SETTINGS fsync_after_insert = 0, fsync_part_directory = 0`);
  return shadow;
}

/**
 * Row by row, in the groups that differ: what the shadow holds and the live table does not (or in a lower rank) is missing, whatever
 * is written meanwhile, for the shadow ends where the live projection was. What the live table holds and the shadow does not is noted
 * as seen, to be explained by later records. Resolves with the number of rows to explain.
 */
export async function noteDifferences(
  db: ClickHouse,
  { layout, rows, groups, faults }: Shadow,
): Promise<number> {
  const within = inGroups(layout, `SELECT p, d FROM ${groups} WHERE ${differs}`);
  const live = sided(countedRows(layout, layout.table, within), 2);
  await db.command(`INSERT INTO ${faults} SELECT 1, p, d, k, 0, 0
    FROM (${sided(countedRows(layout, rows, within), 1)} UNION ALL ${live})
    GROUP BY p, d, k HAVING countIf(side = 1) > 0 AND (countIf(side = 2) = 0 OR ${higher(1, 2)}) ${bounded}`);
  await db.command(`INSERT INTO ${faults} SELECT 0, p, d, k, c, maxIf(r, side = 2)
    FROM (${sided(storedRows(layout, rows, within), 1)} UNION ALL ${live})
    GROUP BY p, d, k, c HAVING ${unexplained} ${bounded}`);
  const found = await db.query<{ seen: string }>(`SELECT countIf(missing = 0) AS seen FROM ${faults}`);
  return Number(found[0]?.seen);
}

export type FaultyGroup = { portal: string; day: string; missing: number; unexplained: number };
export type Faults = { missing: number; unexplained: number; groups: FaultyGroup[] };

const page = 50;

/** Missing rows, and those of the noted ones that the shadow, complete to the log's end by now, does not explain either. */
export async function countFaults(db: ClickHouse, { layout, rows, faults }: Shadow): Promise<Faults> {
  const within = inGroups(layout, `SELECT p, d FROM ${faults} WHERE missing = 0`);
  const seen = `SELECT p, d, k, c, r, 2 AS side FROM ${faults} WHERE missing = 0`;
  const left = `SELECT p, d, 0 AS missing FROM (${sided(storedRows(layout, rows, within), 1)} UNION ALL ${seen})
    GROUP BY p, d, k, c HAVING ${unexplained}`;
  const all = `SELECT p, d, missing FROM ${faults} WHERE missing = 1 UNION ALL ${left}`;
  const totals = await db.query<{ gone: string; extra: string }>(
    `SELECT countIf(missing = 1) AS gone, countIf(missing = 0) AS extra FROM (${all}) ${bounded}`,
  );
  const groups = await db.query<{ p: string; d: string; gone: string; extra: string }>(
    `SELECT p, d, countIf(missing = 1) AS gone, countIf(missing = 0) AS extra FROM (${all})
     GROUP BY p, d ORDER BY gone + extra DESC, p, d LIMIT ${page} ${bounded}`,
  );
  return {
    missing: Number(totals[0]?.gone),
    unexplained: Number(totals[0]?.extra),
    groups: groups.map(({ p, d, gone, extra }) => ({
      portal: p,
      day: d,
      missing: Number(gone),
      unexplained: Number(extra),
    })),
  };
}

export async function dropShadow(db: ClickHouse, { rows, groups, faults }: Shadow): Promise<void> {
  for (const name of [rows, groups, faults]) await db.command(`DROP TABLE IF EXISTS ${name}`);
}

// Side 1 is the shadow, side 2 the live table.
const sided = (rows: string, side: 1 | 2) => `SELECT *, ${side} AS side FROM (${rows})`;
const higher = (one: 1 | 2, other: 1 | 2) => `maxIf(r, side = ${one}) > maxIf(r, side = ${other})`;
const unexplained = `countIf(side = 2) > 0 AND (countIf(side = 1) = 0 OR ${higher(2, 1)})`;
