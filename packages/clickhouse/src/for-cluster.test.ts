import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClickHouse, forCluster, openClickHouse } from "./index.ts";

const schemas = fileURLToPath(new URL("../../../schemas/clickhouse/", import.meta.url));

let db: ClickHouse;
beforeAll(async () => {
  db = await openClickHouse({ kind: "chdb", path: mkdtempSync(join(tmpdir(), "portalstream-cluster-")) });
});
afterAll(() => db.close());

/** The statement as the engine's own parser writes it: fails where it is none. */
const parsed = async (sql: string) => {
  const [row] = await db.query<{ sql: string }>("SELECT formatQuerySingleLine({sql:String}) AS sql", { sql });
  return row?.sql;
};

test.each([
  [
    "CREATE TABLE IF NOT EXISTS t (a Int8) ENGINE = MergeTree ORDER BY a",
    "CREATE TABLE IF NOT EXISTS t ON CLUSTER main (`a` Int8) ENGINE = ReplicatedMergeTree ORDER BY a",
  ],
  [
    "-- ENGINE = MergeTree\ncreate table `d`.`t` (a Int8 COMMENT 'ENGINE = MergeTree') engine=ReplacingMergeTree(a) order by a",
    "CREATE TABLE d.t ON CLUSTER main (`a` Int8 COMMENT 'ENGINE = MergeTree') ENGINE = ReplicatedReplacingMergeTree(a) ORDER BY a",
  ],
  [
    "CREATE TABLE t (a Int8) ENGINE = ReplicatedAggregatingMergeTree ORDER BY a",
    "CREATE TABLE t ON CLUSTER main (`a` Int8) ENGINE = ReplicatedAggregatingMergeTree ORDER BY a",
  ],
  ["CREATE TABLE shadow AS live", "CREATE TABLE shadow ON CLUSTER main AS live"],
  ["CREATE TABLE t (a Int8) ENGINE = Memory", "CREATE TABLE t ON CLUSTER main (`a` Int8) ENGINE = Memory"],
  [
    "CREATE MATERIALIZED VIEW v TO t AS SELECT 1 AS a",
    "CREATE MATERIALIZED VIEW v ON CLUSTER main TO t AS SELECT 1 AS a",
  ],
  ["DROP TABLE IF EXISTS t SYNC", "DROP TABLE IF EXISTS t ON CLUSTER main SYNC"],
  ["TRUNCATE TABLE t", "TRUNCATE TABLE t ON CLUSTER main"],
  ["ALTER TABLE t ADD COLUMN b Int8", "ALTER TABLE t ON CLUSTER main (ADD COLUMN `b` Int8)"],
  ["OPTIMIZE TABLE t FINAL", "OPTIMIZE TABLE t ON CLUSTER main FINAL"],
  ["EXCHANGE TABLES a AND b;\n", "EXCHANGE TABLES a AND b ON CLUSTER main"],
  ["RENAME TABLE a TO b, c TO d", "RENAME TABLE a TO b, c TO d ON CLUSTER main"],
  ["INSERT INTO t SELECT * FROM u", "INSERT INTO t SELECT * FROM u"],
  ["SELECT 'CREATE TABLE t'", "SELECT 'CREATE TABLE t'"],
])("%s", async (sql, expected) => {
  const written = await parsed(forCluster(sql, "main"));
  expect(written?.replaceAll("'main'", "main").replaceAll("`main`", "main")).toBe(expected);
});

test("the cluster's name is a value, and may be a macro", () => {
  expect(forCluster("DROP TABLE t", "{cluster}")).toBe("DROP TABLE t ON CLUSTER '{cluster}'");
  expect(forCluster("DROP TABLE t", "it's")).toBe("DROP TABLE t ON CLUSTER 'it\\'s'");
});

describe("every file of the schema", () => {
  const names = readdirSync(schemas).sort();
  test.each(names)(
    "%s can be run again, and on a cluster makes a replicated table or changes one",
    async (name) => {
      const sql = readFileSync(join(schemas, name), "utf8");
      await db.command(sql);
      await db.command(sql);
      const spread = (await parsed(forCluster(sql, "main"))) ?? "";
      if (/^ALTER TABLE \w+ ON CLUSTER /.test(spread)) return;
      expect(spread).toMatch(/^CREATE TABLE IF NOT EXISTS \w+ ON CLUSTER \S+ \(/);
      expect(spread).toMatch(/ ENGINE = Replicated\w*MergeTree/);
    },
  );
});
