import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { clickHouseContract } from "../../test/contract.ts";
import { limitsContract } from "../../test/limits-contract.ts";
import { openClickHouse } from "../index.ts";

const path = mkdtempSync(join(tmpdir(), "portalstream-chdb-"));

clickHouseContract("chdb", () => openClickHouse({ kind: "chdb", path }));
limitsContract("chdb", () => openClickHouse({ kind: "chdb", path }));

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
    await db.insertJson("t", [[1]]);
    process.stdout.write(JSON.stringify(await db.query("SELECT a FROM t")));
    await db.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout).toBe('[{"a":1}]');
});
