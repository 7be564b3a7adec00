import { hash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClickHouse } from "./port.ts";

/** The tables were made by other files than these: running on would mix two layouts. */
export class MigrationError extends Error {
  readonly code = "migration_changed";
  readonly retriable = false;
}

const record = `CREATE TABLE IF NOT EXISTS migrations
(name String, checksum String, applied_at DateTime64(3, 'UTC'))
ENGINE = MergeTree ORDER BY name`;

/** Runs the folder's NNN-*.sql, one statement each, that have not run yet, in order; resolves with their names. Throws MigrationError. */
export async function migrate(db: ClickHouse, folder: string): Promise<string[]> {
  await db.command(record);
  const rows = await db.query<{ name: string; checksum: string }>(
    "SELECT DISTINCT name, checksum FROM migrations",
  );
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  const files = (await readdir(folder)).filter((name) => /^\d{3}-.*\.sql$/.test(name)).sort();
  for (const name of [...applied.keys()].sort())
    if (!files.includes(name))
      throw new MigrationError(`${name} was applied to these tables but is not in ${folder}`);
  const run: string[] = [];
  for (const name of files) {
    const sql = await readFile(join(folder, name), "utf8");
    const checksum = hash("sha256", sql);
    const before = applied.get(name);
    if (before === checksum) continue;
    if (before !== undefined)
      throw new MigrationError(`${name} has changed since it was applied to these tables`);
    await db.command(sql);
    await db.insert("migrations", Buffer.from(JSON.stringify([name, checksum, Date.now()])));
    run.push(name);
  }
  return run;
}
