import type { Layout } from "./layout.ts";

// Rows as they are compared, whatever their table: p portal, d day, k hash of the key, c hash of the content, r rank.

/** Rows are aggregated in the order of the sorting key, a key at a time: memory does not grow with the table. */
export const streaming =
  "SETTINGS optimize_aggregation_in_order = 1, max_bytes_before_external_group_by = 1000000000";

/** Every row that is stored. */
export function storedRows({ key, portal, day, content, rank }: Layout, from: string, where = "1"): string {
  return `SELECT ${portal} AS p, ${day} AS d, cityHash64(${key.join(", ")}) AS k, ${content} AS c,
    ${rank ?? "toUInt64(0)"} AS r FROM ${from} WHERE ${where}`;
}

/** The rows that count: what is left of the stored ones when the engine has merged them all. */
export function countedRows({ key, portal, day, content, rank }: Layout, from: string, where = "1"): string {
  const keys = key.join(", ");
  const head = `SELECT ${portal} AS p, ${day} AS d, cityHash64(${keys}) AS k`;
  return rank === null
    ? `${head}, ${content} AS c, toUInt64(0) AS r FROM ${from} WHERE ${where} GROUP BY ${keys}, c`
    : `${head}, argMax(${content}, ${rank}) AS c, max(${rank}) AS r FROM ${from} WHERE ${where} GROUP BY ${keys}`;
}

/** To keep to the groups that a subquery of (p, d) names. */
export const inGroups = ({ portal, day }: Layout, groups: string) => `(${portal}, ${day}) IN (${groups})`;
