import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openClickHouse } from "../index.ts";

const package_ = new URL("../index.ts", import.meta.url).href;

/** Another process that opens the folder, inserts three rows, says so and goes on inserting. */
async function inserting(path: string) {
  const program = `
    const { count, NativeRows, openClickHouse, table } = await import(${JSON.stringify(package_)});
    const db = await openClickHouse({ kind: "chdb", path: ${JSON.stringify(path)} });
    const kept = table("kept", [count("id")]);
    await db.command("CREATE TABLE kept (id UInt64) ENGINE = MergeTree ORDER BY id");
    for (let id = 0; ; id++) {
      const rows = new NativeRows(kept);
      rows.add([id]);
      await db.insert("kept", rows.chunks());
      if (id === 2) process.stdout.write("three");
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

test("one process owns a folder; killed, it leaves every row whose insert resolved to the next", async () => {
  const path = mkdtempSync(join(tmpdir(), "portalstream-crash-"));
  const child = await inserting(path);
  await expect(openClickHouse({ kind: "chdb", path })).rejects.toMatchObject({
    name: "ClickHouseFailure",
    retriable: true,
  });
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  for (const _ of ["after the kill", "after a close"]) {
    const db = await openClickHouse({ kind: "chdb", path });
    expect(await db.query("SELECT id FROM kept WHERE id < 3 ORDER BY id")).toEqual([
      { id: "0" },
      { id: "1" },
      { id: "2" },
    ]);
    await db.close();
  }
});
