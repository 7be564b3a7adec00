import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ClickHouse, type ClickHouseConfig, pendingMigrations } from "@portalstream/clickhouse";
import { type Config, SettingError } from "@portalstream/runtime";

export const migrations = fileURLToPath(new URL("../../../../schemas/clickhouse/", import.meta.url));

/** The tables that the settings name. */
export function tablesConfig({ tables, dataDir }: Config): ClickHouseConfig {
  if (tables.kind === "server") return { kind: "http", url: tables.url, cluster: tables.cluster };
  return { kind: "chdb", path: join(dataDir, "tables") };
}

/** A process that shares tables with others leaves making them to `portalstream migrate`. */
export async function refuseUnmigrated(db: ClickHouse): Promise<void> {
  const pending = await pendingMigrations(db, migrations);
  if (pending.length > 0)
    throw new SettingError(
      `the tables lack ${pending.length} migrations, from ${pending[0]} on: run portalstream migrate`,
    );
}
