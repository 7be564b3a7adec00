import type { Layout } from "./layout.ts";

// Rows as they are compared, whatever their table: p portal, d day, k hash of the key, c hash of the content, r rank.

/** Memory does not grow with the tables, whatever a server's profile says. */
export const bounded =
  "SETTINGS optimize_read_in_order = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000";

/** Every row that is stored. */
export const storedRows = (layout: Layout, from: string, where = "1"): string =>
  `SELECT ${columnsOf(layout)} FROM ${from} WHERE ${where}`;

/**
 * The rows that count: what is left of the stored ones when the engine has merged them all. Each is compared with the one beside it in
 * the order of the sorting key, in which the engine reads a table anyway: that takes a fifth of the time of aggregating by key. All
 * copies of one key are held in memory at once, 90 bytes each. Of rows of one key and rank each content counts: which of them the engine
 * keeps is chance, and the log explains no more than one.
 */
export const countedRows = (layout: Layout, from: string, where = "1"): string =>
  `SELECT p, d, k, c, r FROM (SELECT ${columnsOf(layout)}, ${beside(layout)} AS beside FROM ${from} WHERE ${where})
   WHERE ${layout.rank === null ? "beside != (k, c)" : "beside.1 != k OR (beside.2 = r AND beside.3 != c)"}`;

const columnsOf = ({ key, portal, day, content, rank }: Layout): string =>
  `${portal} AS p, ${day} AS d, cityHash64(${key.join(", ")}) AS k, ${content} AS c, ${rank ?? "toUInt64(0)"} AS r`;

/** Without a rank of the row before, which is the same where that is stored twice; with a rank of the next, where that outranks it. */
const beside = ({ key, rank }: Layout): string =>
  rank === null
    ? `lagInFrame((k, c)) OVER (ORDER BY ${key.join(", ")}, c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)`
    : `leadInFrame((k, r, c)) OVER (ORDER BY ${key.join(", ")}, r, c ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)`;

/** To keep to the groups that a subquery of (p, d) names. */
export const inGroups = ({ portal, day }: Layout, groups: string) => `(${portal}, ${day}) IN (${groups})`;
