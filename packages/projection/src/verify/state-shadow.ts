import type { ClickHouse } from "@portalstream/clickhouse";
import { compareGroups, differs, type TableComparison } from "../maintenance/compare-groups.ts";
import { hashOf, type Layout, quote } from "../maintenance/layout.ts";
import { inGroups, storedRows } from "../maintenance/row-sql.ts";

/** A table of state rows, and one beside it for the rows that the facts make. */
export type StateShadow = { layout: Layout; rows: string; groups: string };

type Column = { name: string; type: string; is_in_sorting_key: number };

/** An empty table with the stored columns of `table` and its engine. What the engine derives from other columns is left out. */
export async function createStateShadow(db: ClickHouse, table: string, run: string): Promise<StateShadow> {
  const columns = await db.query<Column>(
    `SELECT name, type, is_in_sorting_key FROM system.columns
     WHERE database = currentDatabase() AND table = {table:String} AND default_kind NOT IN ('MATERIALIZED', 'ALIAS') ORDER BY position`,
    { table },
  );
  const engines = await db.query<{ engine: string }>(
    "SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = {table:String}",
    { table },
  );
  const key = columns.filter(({ is_in_sorting_key }) => is_in_sorting_key === 1);
  const said = columns.filter((one) => !key.includes(one) && !bookkeeping.includes(one.name));
  const time = key.find(({ type }) => type.startsWith("DateTime64"));
  const rows = `${table}__verify_${run}`;
  await db.command(`CREATE TABLE ${rows} ENGINE = ReplacingMergeTree(version, deleted)
    ORDER BY (${key.map(({ name }) => quote(name)).join(", ")})
    SETTINGS fsync_after_insert = 0, fsync_part_directory = 0
    EMPTY AS SELECT ${columns.map(({ name }) => quote(name)).join(", ")} FROM ${table}`);
  const layout: Layout = {
    table,
    key: key.map(({ name }) => quote(name)),
    portal: quote("portal"),
    day: time === undefined ? "toDate32(0)" : `toDate32(${quote(time.name)})`,
    content: hashOf(said),
    rank: null,
    replicated: engines[0]?.engine.startsWith("Replicated") ?? false,
  };
  return { layout, rows, groups: `${rows}_groups` };
}

/** How rows take one another's place says nothing about the chat. */
const bookkeeping = ["version", "deleted"];

const counting = (table: string) => `${table} FINAL`;

export async function compareState(
  db: ClickHouse,
  { layout, rows, groups }: StateShadow,
): Promise<TableComparison> {
  const sides = { expected: counting(rows), found: counting(layout.table), into: groups };
  return compareGroups(db, { ...layout, replicated: false }, sides);
}

/** Of the groups that `compareState` found to differ. */
export const inDifferingGroups = ({ layout, groups }: StateShadow): string =>
  inGroups(layout, `SELECT p, d FROM ${groups} WHERE ${differs}`);

/** Keys under which the two tables have different rows: `present` and `live` tell the live one. */
export const differingKeys = ({ layout, rows }: StateShadow, where: string): string =>
  `SELECT p, d, k, toUInt8(countIf(side = 2) > 0) AS present, anyIf(c, side = 2) AS live
   FROM (
     SELECT p, d, k, c, 1 AS side FROM (${storedRows(layout, counting(rows), where)})
     UNION ALL SELECT p, d, k, c, 2 AS side FROM (${storedRows(layout, counting(layout.table), where)})
   ) GROUP BY p, d, k HAVING countIf(side = 1) != countIf(side = 2) OR anyIf(c, side = 1) != live`;
