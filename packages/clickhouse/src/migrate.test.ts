import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Chdb, type ClickHouse, migrate, openChdb, openClickHouse, pendingMigrations } from "./index.ts";

const path = mkdtempSync(join(tmpdir(), "portalstream-migrate-"));
const schemas = fileURLToPath(new URL("../../../schemas/clickhouse/", import.meta.url));
const empty = () => mkdtempSync(join(path, "files-"));
const write = (folder: string, name: string, sql: string) => writeFileSync(join(folder, name), sql);
const table = (name: string) => `CREATE TABLE IF NOT EXISTS ${name} (a Int8) ENGINE = MergeTree ORDER BY a`;

let engine: Chdb;
let url: string;
let db: ClickHouse;
let databases = 0;
beforeAll(async () => {
  engine = await openChdb(join(path, "tables"));
  const served = await engine.serve({ kind: "tcp", host: "127.0.0.1", port: 0 }, { kind: "open" });
  url = served.url;
});
afterAll(() => engine.close());
const open = () => openClickHouse({ kind: "http", url: `${url}/d${databases}`, cluster: null });
beforeEach(async () => {
  databases += 1;
  await engine.command(`CREATE DATABASE d${databases}`);
  db = await open();
  return () => db.close();
});
const tables = async () => {
  const rows = await db.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase()",
  );
  return rows.map(({ name }) => name).sort();
};

test("each file runs once, in order", async () => {
  const folder = empty();
  write(folder, "002-two.sql", "CREATE TABLE IF NOT EXISTS two AS one");
  write(folder, "001-one.sql", table("one"));
  write(folder, "notes.txt", "no statement");
  expect(await migrate(db, folder)).toEqual(["001-one.sql", "002-two.sql"]);
  write(folder, "003-three.sql", table("three"));
  expect(await migrate(db, folder)).toEqual(["003-three.sql"]);
  expect(await migrate(db, folder)).toEqual([]);
});

test("what is pending is told without changing anything", async () => {
  const folder = empty();
  write(folder, "001-one.sql", table("one"));
  expect(await pendingMigrations(db, folder)).toEqual(["001-one.sql"]);
  expect(await tables()).toEqual([]);
  await migrate(db, folder);
  expect(await pendingMigrations(db, folder)).toEqual([]);
});

test("tables of a newer program stop an older one, which changes nothing", async () => {
  const newer = empty();
  write(newer, "001-one.sql", table("one"));
  write(newer, "009-later.sql", table("later"));
  await migrate(db, newer);
  const older = empty();
  write(older, "001-one.sql", table("one"));
  write(older, "002-own.sql", table("own"));
  for (const run of [migrate, pendingMigrations])
    await expect(run(db, older)).rejects.toMatchObject({
      name: "MigrationError",
      code: "migration_newer",
      retriable: false,
      message: expect.stringMatching(/009-later\.sql.*Run that program or a newer one/),
    });
  expect(await tables()).toEqual(["later", "migrations", "one"]);
});

test("a file that has changed since it ran stops the start", async () => {
  const folder = empty();
  write(folder, "001-one.sql", table("one"));
  await migrate(db, folder);
  write(folder, "001-one.sql", table("other"));
  await expect(migrate(db, folder)).rejects.toMatchObject({
    code: "migration_changed",
    message: expect.stringContaining("001-one.sql"),
  });
});

test("processes that migrate at once do each other no harm", async () => {
  const others = await Promise.all(Array.from({ length: 4 }, open));
  await Promise.all([db, ...others].map((one) => migrate(one, schemas)));
  for (const one of [db, ...others]) {
    expect(await pendingMigrations(one, schemas)).toEqual([]);
    await one.close();
  }
  expect(await tables()).toEqual(expect.arrayContaining(["events", "message_facts", "migrations"]));
});

test("killed between a statement and its record, the next run goes on", async () => {
  const folder = empty();
  write(folder, "001-one.sql", table("one"));
  await db.command(table("one"));
  expect(await migrate(db, folder)).toEqual(["001-one.sql"]);
});

test("whoever works with the tables is asked before they are changed, and only then", async () => {
  const folder = empty();
  write(folder, "001-one.sql", table("one"));
  let asked = 0;
  const no = async () => {
    asked += 1;
    throw new Error("not now");
  };
  await expect(migrate(db, folder, no)).rejects.toThrow("not now");
  expect(await tables()).toEqual(["migrations"]);
  await migrate(db, folder);
  expect(await migrate(db, folder, no)).toEqual([]);
  expect(asked).toBe(1);
});
