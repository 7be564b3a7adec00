import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { clickHouseContract } from "../../test/contract.ts";
import { migrate, openClickHouse } from "../index.ts";

const path = mkdtempSync(join(tmpdir(), "portalstream-chdb-"));

clickHouseContract("chdb", () => openClickHouse({ kind: "chdb", path }));

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
