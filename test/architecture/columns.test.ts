import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyticsTables } from "@portalstream/analytics";
import { type ClickHouse, migrate, openClickHouse } from "@portalstream/clickhouse";
import { sessionsTables } from "@portalstream/sessions";
import { afterAll, beforeAll, expect, test } from "vitest";

let db: ClickHouse;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portalstream-columns-"));
  db = await openClickHouse({ kind: "chdb", path: folder });
  await migrate(db, fileURLToPath(new URL("../../schemas/clickhouse/", import.meta.url)));
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

// The engine would fill a column that a row leaves out with nothing, and say that all went well.
test.each([...sessionsTables, ...analyticsTables])("rows of $name have all its columns", async (table) => {
  const columns = await db.query<{ name: string; type: string }>(
    `SELECT name, type FROM system.columns
     WHERE database = currentDatabase() AND table = {name:String} AND default_kind != 'MATERIALIZED' ORDER BY position`,
    { name: table.name },
  );
  expect(table.columns.map(({ name, type }) => ({ name, type }))).toEqual(
    columns.map(({ name, type }) => ({ name, type: asSent(type) })),
  );
});

/** Of texts the engine makes what the column is. */
function asSent(type: string): string {
  const inner = /^SimpleAggregateFunction\(\w+, (.*)\)$/.exec(type)?.[1] ?? type;
  return /^(LowCardinality\(String\)|Enum8\(.*\))$/.test(inner) ? "String" : inner;
}
