import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type ClickHouse,
  type ClickHouseConfig,
  openChdb,
  openClickHouse,
  pendingMigrations,
} from "@portalstream/clickhouse";
import { type Config, describe, type Logger, SettingError } from "@portalstream/runtime";

export const migrations = fileURLToPath(new URL("../../../../schemas/clickhouse/", import.meta.url));

/** The tables that the settings name. */
export function tablesConfig({ tables, dataDir }: Config): ClickHouseConfig {
  if (tables.kind === "server") return { kind: "http", url: tables.url, cluster: tables.cluster };
  return { kind: "chdb", path: join(dataDir, "tables") };
}

/** Where a process that owns the tables of a data folder serves them to `portalstream verify` and `rebuild`. */
export const tablesSocket = ({ dataDir }: Config): string => join(dataDir, "tables.sock");

/** The tables, served on the socket where they are the data folder's. */
export async function openOwnTables(config: Config, logger: Logger): Promise<ClickHouse> {
  const which = tablesConfig(config);
  if (which.kind !== "chdb") return openClickHouse(which);
  const db = await openChdb(which.path);
  try {
    await db.serve({ kind: "socket", path: tablesSocket(config) }, { kind: "open" });
  } catch (error) {
    logger.warn({ error: describe(error) }, "verify and rebuild cannot run beside this process");
  }
  return db;
}

/** How long it is taken for granted that tables which answered still do. */
const verdictMs = 1_000;

/**
 * Makes what rejects while the tables cannot be asked. One check at a time is shared by all who ask meanwhile, and a good result holds
 * for a second after that: readiness is asked by many, and without a key.
 */
export function tablesCheck(db: Pick<ClickHouse, "query">): () => Promise<void> {
  let last: Promise<void> | null = null;
  const forget = () => {
    last = null;
  };
  return () => {
    if (last !== null) return last;
    const checking = db.query("SELECT 1").then(() => {});
    last = checking;
    checking.then(() => setTimeout(forget, verdictMs).unref(), forget);
    return checking;
  };
}

/** A process that shares tables with others leaves making them to `portalstream migrate`. */
export async function refuseUnmigrated(db: ClickHouse): Promise<void> {
  const pending = await pendingMigrations(db, migrations);
  if (pending.length > 0)
    throw new SettingError(
      `the tables lack ${pending.length} migrations, from ${pending[0]} on: run portalstream migrate`,
    );
}
