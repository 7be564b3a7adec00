import { migrate, openClickHouse } from "@portalstream/clickhouse";
import type { Config } from "@portalstream/runtime";
import { migrations, tablesConfig } from "../process/tables.ts";

/** Makes or completes the tables, and says what it did. */
export async function once(config: Config): Promise<number> {
  const db = await openClickHouse(tablesConfig(config));
  try {
    const done = await migrate(db, migrations);
    for (const name of done) process.stdout.write(`${name}\n`);
    process.stdout.write(`${done.length} migrations applied\n`);
    return 0;
  } finally {
    await db.close();
  }
}
