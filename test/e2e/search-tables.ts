import { openClickHouse } from "@portalstream/clickhouse";

// Prints the tables that hold any of the given texts: node search-tables.ts FOLDER TEXT…
const [path = "", ...wanted] = process.argv.slice(2);
const db = await openClickHouse({ kind: "chdb", path });
const tables = await db.query<{ name: string }>(
  "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View'",
);
const holding: string[] = [];
let rows = 0;
for (const { name } of tables) {
  const found = await db.query<{ all: string; hits: string }>(
    `SELECT count() AS all, countIf(multiSearchAny(toString(tuple(*)), {wanted:Array(String)})) AS hits FROM ${name}`,
    { wanted },
  );
  rows += Number(found[0]?.all ?? 0);
  if (Number(found[0]?.hits ?? 0) > 0) holding.push(name);
}
await db.close();
if (rows === 0) holding.push("no rows at all: nothing was searched");
process.stdout.write(JSON.stringify(holding));
