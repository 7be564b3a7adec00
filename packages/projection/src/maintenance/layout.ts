import type { ClickHouse } from "@portalstream/clickhouse";

/** What of a table's rows is compared, as expressions. */
export type Layout = {
  table: string;
  /** The sorting key: rows of one key are one fact. */
  key: readonly string[];
  portal: string;
  day: string;
  /** A hash of the columns that say something beside the key; constant where none does. */
  content: string;
  /** Of the rows of one key the greatest rank counts; null: all count, and every different content is a row of its own. */
  rank: string | null;
  replicated: boolean;
};

type Column = {
  name: string;
  type: string;
  is_in_sorting_key: number;
  default_kind: string;
  default_expression: string;
};

/** Which delivery of an event a row came from. Where the table has no version, it is chance which one outlives a merge. */
const delivery = ["topic", "partition", "offset"];

/** `digests`: bodies are compared by what the engine made of them when they were inserted; otherwise every byte is read again. */
export async function readLayout(
  db: ClickHouse,
  table: string,
  { digests }: { digests: boolean },
): Promise<Layout> {
  const found = await db.query<Column>(
    `SELECT name, type, is_in_sorting_key, default_kind, default_expression FROM system.columns
     WHERE database = currentDatabase() AND table = {table:String} ORDER BY position`,
    { table },
  );
  const columns = withoutRepeated(found, digests);
  const engines = await db.query<{ engine: string }>(
    `SELECT engine_full AS engine FROM system.tables WHERE database = currentDatabase() AND name = {table:String}`,
    { table },
  );
  const engine = engines[0]?.engine ?? "";
  const version = versionOf(engine);
  const key = columns.filter((column) => column.is_in_sorting_key === 1);
  // The hash of a NULL is NULL, and equals nothing.
  if (key.some(({ type }) => type.startsWith("Nullable(") || type.startsWith("LowCardinality(Nullable(")))
    throw new Error(`the sorting key of ${table} may be NULL, which cannot be compared`);
  const others = columns.filter((column) => column.is_in_sorting_key !== 1);
  const merged = others.filter(({ type }) => type.startsWith("SimpleAggregateFunction"));
  const said = others.filter(
    (column) => !merged.includes(column) && (version !== null || !delivery.includes(column.name)),
  );
  const names = columns.map(({ name }) => name);
  return {
    table,
    key: key.map(({ name }) => quote(name)),
    portal: names.includes("portal") ? quote("portal") : "''",
    day: names.includes("at") ? "toDate32(`at`)" : "toDate32(0)",
    content: hashOf(said),
    rank: version === null ? rankOf(table, merged) : quote(version),
    replicated: engine.startsWith("Replicated"),
  };
}

/** Of a column and its digest only one; a key is always compared itself. */
function withoutRepeated(columns: readonly Column[], digests: boolean): Column[] {
  const digested = new Map(
    columns.flatMap(({ name, default_kind, default_expression }) => {
      const of = default_kind === "MATERIALIZED" && /^cityHash64\((\w+)\)$/.exec(default_expression)?.[1];
      return of ? [[name, of]] : [];
    }),
  );
  const left = new Set(digests ? digested.values() : digested.keys());
  return columns.filter(({ name, is_in_sorting_key }) => is_in_sorting_key === 1 || !left.has(name));
}

/** `ReplacingMergeTree(version)`, or with a replica's path and name before it. */
function versionOf(engine: string): string | null {
  const last = /ReplacingMergeTree\(([^)]*)\)/.exec(engine)?.[1]?.split(",").at(-1)?.trim();
  return last !== undefined && /^\w+$/.test(last) ? last : null;
}

function rankOf(table: string, merged: readonly Column[]): string | null {
  const [column, ...more] = merged;
  if (column === undefined) return null;
  if (more.length > 0 || !column.type.startsWith("SimpleAggregateFunction(max, DateTime64(3"))
    throw new Error(`${table} merges columns in a way that cannot be compared`);
  return `toUInt64(toUnixTimestamp64Milli(${quote(column.name)}))`;
}

export function hashOf(columns: readonly Pick<Column, "name" | "type">[]): string {
  if (columns.length === 0) return "toUInt64(0)";
  const parts = columns.map(({ name, type }) =>
    // The hash of a NULL is NULL, and would make NULL of the whole.
    type.includes("Nullable(") ? `isNull(${quote(name)}), ifNull(toString(${quote(name)}), '')` : quote(name),
  );
  return `cityHash64(${parts.join(", ")})`;
}

export const quote = (name: string) => `\`${name}\``;
