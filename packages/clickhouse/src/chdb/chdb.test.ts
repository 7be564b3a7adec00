import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { clickHouseContract } from "../../test/contract.ts";
import { migrate, openClickHouse } from "../index.ts";

const path = mkdtempSync(join(tmpdir(), "portalstream-chdb-"));

clickHouseContract("chdb", () => openClickHouse({ kind: "chdb", path }));

test.each(["a*b", "a?b", "{a,b}", "a::b"])(
  "a folder that the engine would take for a pattern is refused: %s",
  async (name) => {
    const open = openClickHouse({ kind: "chdb", path: join(path, name) });
    await expect(open).rejects.toMatchObject({ name: "ClickHouseFailure", retriable: false });
  },
);

test.each(["it's", "back\\slash", "a b", "[a]"])("a folder may have any other name: %s", async (name) => {
  const program = `
    const { openClickHouse } = await import(${JSON.stringify(new URL("../index.ts", import.meta.url).href)});
    const db = await openClickHouse({ kind: "chdb", path: ${JSON.stringify(join(mkdtempSync(join(tmpdir(), "portalstream-named-")), name))} });
    await db.command("CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a");
    await db.insert("t", Buffer.from("[1]"));
    process.stdout.write(JSON.stringify(await db.query("SELECT a FROM t")));
    await db.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout).toBe('[{"a":1}]');
});

describe("migrations", () => {
  const folder = mkdtempSync(join(tmpdir(), "portalstream-migrations-"));
  const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql);
  const table = (name: string) => `CREATE TABLE ${name} (a Int8) ENGINE = MergeTree ORDER BY a`;

  test("each runs once, in order; a changed or a missing one stops the start", async () => {
    const db = await openClickHouse({ kind: "chdb", path });
    write("002-two.sql", table("two"));
    write("001-one.sql", table("one"));
    expect(await migrate(db, folder)).toEqual(["001-one.sql", "002-two.sql"]);
    write("003-three.sql", table("three"));
    expect(await migrate(db, folder)).toEqual(["003-three.sql"]);
    expect(await migrate(db, folder)).toEqual([]);
    write("002-two.sql", table("other"));
    await expect(migrate(db, folder)).rejects.toMatchObject({ code: "migration_changed" });
    await expect(migrate(db, mkdtempSync(join(tmpdir(), "portalstream-none-")))).rejects.toThrow(
      "001-one.sql",
    );
    await db.close();
  });
});
