import { hash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClickHouse } from "./port.ts";

/** The tables were made by other files than these: running on would mix two layouts. */
export class MigrationError extends Error {
  readonly code: "migration_changed" | "migration_newer";
  readonly retriable = false;
  constructor(code: MigrationError["code"], message: string) {
    super(message);
    this.name = "MigrationError";
    this.code = code;
  }
}

type Migration = { name: string; sql: string; checksum: string };

const record = `CREATE TABLE IF NOT EXISTS migrations
(name String, checksum String, applied_at DateTime64(3, 'UTC'))
ENGINE = MergeTree ORDER BY name`;

/**
 * Runs the folder's NNN-*.sql, one statement each, that have not run yet, in order; resolves with their names. Where there are any,
 * `mayChange` is asked first, and may reject. Throws MigrationError. Processes that do so at the same time do no harm: a statement may run twice, and a record is read as a set.
 */
export async function migrate(
  db: ClickHouse,
  folder: string,
  mayChange: () => Promise<void> = async () => {},
): Promise<string[]> {
  await db.command(record);
  const pending = await pendingOf(db, folder);
  if (pending.length > 0) await mayChange();
  for (const { name, sql, checksum } of pending) {
    await db.command(sql);
    await db.insertJson("migrations", [[name, checksum, Date.now()]]);
  }
  return pending.map(({ name }) => name);
}

/** The names that `migrate` would run; changes nothing. Throws MigrationError. */
export async function pendingMigrations(db: ClickHouse, folder: string): Promise<string[]> {
  return (await pendingOf(db, folder)).map(({ name }) => name);
}

async function pendingOf(db: ClickHouse, folder: string): Promise<Migration[]> {
  const migrations = await readMigrations(folder);
  const applied = await readApplied(db);
  for (const name of [...applied.keys()].sort())
    if (!migrations.some((one) => one.name === name))
      throw new MigrationError(
        "migration_newer",
        `these tables were made by a newer program: ${name} was applied to them but is not in ${folder}. ` +
          "Run that program or a newer one, or let this one make tables in another database and rebuild them from the log",
      );
  return migrations.filter(({ name, checksum }) => {
    const before = applied.get(name) ?? [];
    if (before.every((one) => one === checksum)) return before.length === 0;
    throw new MigrationError(
      "migration_changed",
      `${name} has changed since it was applied to these tables. Put back the file as it was and write the change ` +
        "as the next numbered one, or make tables in another database and rebuild them from the log",
    );
  });
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{3}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), "utf8");
      return { name, sql, checksum: hash("sha256", sql) };
    }),
  );
}

/** The checksums under which each name is recorded: more than one where two programs migrated at once. */
async function readApplied(db: ClickHouse): Promise<Map<string, string[]>> {
  const tables = await db.query(
    "SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'migrations'",
  );
  if (tables.length === 0) return new Map();
  const rows = await db.query<{ name: string; checksums: string[] }>(
    "SELECT name, groupUniqArray(checksum) AS checksums FROM migrations GROUP BY name",
  );
  return new Map(rows.map(({ name, checksums }) => [name, checksums]));
}
