import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ClickHouse, migrate, openClickHouse } from "@portalstream/clickhouse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareGroups } from "./compare-groups.ts";
import { readLayout } from "./layout.ts";

let db: ClickHouse;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portalstream-compare-"));
  db = await openClickHouse({ kind: "chdb", path: folder });
  await migrate(db, fileURLToPath(new URL("../../../../schemas/clickhouse/", import.meta.url)));
  for (const name of ["same", "other", "before"]) await db.command(`CREATE TABLE ${name} AS events`);
  const rows = "SELECT 'p' AS portal, number AS at, toString(number) AS event_id, repeat('body', number)";
  for (const name of ["events", "same"])
    await db.command(`INSERT INTO ${name} (portal, at, event_id, source) ${rows} AS source FROM numbers(9)`);
  await db.command(`INSERT INTO other (portal, at, event_id, source)
    ${rows} || if(number = 7, '!', '') AS source FROM numbers(9)`);
  await db.command("ALTER TABLE before DROP COLUMN source_digest");
  await db.command(`INSERT INTO before (portal, at, event_id, source) ${rows} AS source FROM numbers(9)`);
  await db.command(
    "ALTER TABLE before ADD COLUMN source_digest UInt64 MATERIALIZED cityHash64(source) CODEC(NONE)",
  );
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each([true, false])("bodies compared by digests: %s", (digests) => {
  const equal = async (found: string) => {
    const layout = await readLayout(db, "events", { digests });
    const into = "groups";
    const { groups, equalGroups } = await compareGroups(db, layout, { expected: "events", found, into });
    await db.command(`DROP TABLE ${into}`);
    expect(groups).toBe(1);
    return equalGroups === 1;
  };

  test("one other byte is a difference", async () => {
    expect([await equal("same"), await equal("other")]).toEqual([true, false]);
  });

  test("rows that are older than their digest are as good", async () => {
    expect(await equal("before")).toBe(true);
  });

  test("either the bytes are read or their digest, never both", async () => {
    const { content } = await readLayout(db, "events", { digests });
    expect([content.includes("`source_digest`"), content.includes("`source`")]).toEqual([digests, !digests]);
  });
});

test("a digest of a key does not take the key's place", async () => {
  await db.command("CREATE TABLE keyed AS events");
  await db.command("ALTER TABLE keyed ADD COLUMN digest UInt64 MATERIALIZED cityHash64(portal)");
  const { key, portal } = await readLayout(db, "keyed", { digests: true });
  expect([key, portal]).toEqual([["`portal`", "`at`", "`event_id`"], "`portal`"]);
});
