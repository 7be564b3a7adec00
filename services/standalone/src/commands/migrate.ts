import { migrate, openClickHouse } from "@portalstream/clickhouse";
import { refuseDuringMaintenance } from "@portalstream/projection";
import { type Config, SettingError } from "@portalstream/runtime";
import { projectionsNamed } from "../process/projections.ts";
import { migrations, tablesConfig } from "../process/tables.ts";

/** Makes or completes the tables, and says what it did. */
export async function once(config: Config, args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new SettingError("migrate takes no arguments, but settings: see --help");
  const db = await openClickHouse(tablesConfig(config));
  try {
    const done = await migrate(db, migrations, () => refuseDuringMaintenance(db, projectionsNamed([])));
    for (const name of done) process.stdout.write(`${name}\n`);
    process.stdout.write(`${done.length} migrations applied\n`);
    return 0;
  } finally {
    await db.close();
  }
}
