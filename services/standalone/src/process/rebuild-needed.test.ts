import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClickHouse, migrate, openClickHouse } from "@portalstream/clickhouse";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { projectionsNamed } from "./projections.ts";
import { watchRebuild } from "./rebuild-needed.ts";
import { migrations } from "./tables.ts";

let db: ClickHouse;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portalstream-former-"));
  db = await openClickHouse({ kind: "chdb", path: folder });
  await migrate(db, migrations);
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

async function watch() {
  const warnings: unknown[] = [];
  const warn = (fields: object, text: string) => void warnings.push([fields, text]);
  return { notice: await watchRebuild(db, projectionsNamed([]), { warn }), warnings };
}

test("an installation that a former version never ran on needs no rebuild", async () => {
  const { notice, warnings } = await watch();
  expect([await notice(), warnings]).toEqual([{}, []]);
});

test("what a former version has filled needs a rebuild until its tables are gone", async () => {
  await db.command("INSERT INTO message_facts (portal) VALUES ('p')");
  const { notice, warnings } = await watch();
  expect(await notice()).toEqual({ rebuild: "needed" });
  expect(warnings).toEqual([
    [{ projections: ["sessions"] }, expect.stringContaining("portalstream rebuild --all")],
  ]);
  await db.command("DROP TABLE message_facts");
  await vi.waitUntil(async () => !("rebuild" in (await notice())), { timeout: 600_000 });
  expect(warnings).toHaveLength(1);
});
