import type { ClickHouse } from "@portalstream/clickhouse";
import type { Layout } from "./layout.ts";
import { bounded, countedRows } from "./row-sql.ts";

export type GroupDifference = {
  portal: string;
  /** Where rows have no time of their own: 1970-01-01. */
  day: string;
  rows: { expected: number; found: number };
  checksums: { expected: string; found: string };
};

/** Two tables' rows by portal and day: counts, and sums of hashes, which no order changes. */
export type TableComparison = {
  table: string;
  rows: { expected: number; found: number };
  groups: number;
  equalGroups: number;
  /** The largest differences first; no more than a page of them. */
  differing: GroupDifference[];
};

const page = 50;

/** Compares `expected` with `found`, two tables of one layout, and leaves the groups in a table `into` for further questions. */
export async function compareGroups(
  db: ClickHouse,
  layout: Layout,
  { expected, found, into }: { expected: string; found: string; into: string },
): Promise<TableComparison> {
  // What another replica took may not be here yet.
  if (layout.replicated)
    for (const table of [expected, found]) await db.command(`SYSTEM SYNC REPLICA ${table}`);
  await db.command(`CREATE TABLE ${into}
    (p String, d Date32, expected UInt64, found UInt64, expected_sum UInt64, found_sum UInt64)
    ENGINE = MergeTree ORDER BY (p, d)`);
  await db.command(`INSERT INTO ${into}
    SELECT p, d, sumIf(n, side = 1), sumIf(n, side = 2), sumIf(s, side = 1), sumIf(s, side = 2)
    FROM (${groupsOf(layout, expected, 1)} UNION ALL ${groupsOf(layout, found, 2)})
    GROUP BY p, d ${bounded}`);
  const totals = await db.query<{ groups: string; equal: string; all_expected: string; all_found: string }>(
    `SELECT count() AS groups, countIf(NOT (${differs})) AS equal,
       sum(expected) AS all_expected, sum(found) AS all_found FROM ${into}`,
  );
  const differing = await db.query<Group>(
    `SELECT p, d, expected, found, expected_sum, found_sum FROM ${into} WHERE ${differs}
     ORDER BY greatest(expected, found) - least(expected, found) DESC, p, d LIMIT ${page}`,
  );
  const total = totals[0];
  return {
    table: layout.table,
    rows: { expected: Number(total?.all_expected), found: Number(total?.all_found) },
    groups: Number(total?.groups),
    equalGroups: Number(total?.equal),
    differing: differing.map(differenceOf),
  };
}

/** Of a row of the groups' table. */
export const differs = "expected != found OR expected_sum != found_sum";

const groupsOf = (layout: Layout, from: string, side: 1 | 2) =>
  `SELECT p, d, count() AS n, sum(cityHash64(k, c, r)) AS s, ${side} AS side
   FROM (${countedRows(layout, from)}) GROUP BY p, d`;

type Group = {
  p: string;
  d: string;
  expected: string;
  found: string;
  expected_sum: string;
  found_sum: string;
};

const differenceOf = ({ p, d, expected, found, expected_sum, found_sum }: Group): GroupDifference => ({
  portal: p,
  day: d,
  rows: { expected: Number(expected), found: Number(found) },
  checksums: { expected: expected_sum, found: found_sum },
});
