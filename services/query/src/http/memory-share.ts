import { boundedAtOnce, type ClickHouse, ClickHouseFailure } from "@portalstream/clickhouse";
import type { Limits } from "./query-limits.ts";
import { loadSql } from "./sql.ts";

const memorySql = loadSql(import.meta.url, "engine-memory.sql");

/** Of the engine's memory; the rest is for inserts, merges and caches. */
const queriesShare = 2 / 3;
const leastBytes = 2 ** 26;

/**
 * The limits, with no more memory than the engine has for as many statements as run at once: else it would refuse a small one where
 * others took all, and nothing would tell that from a large one.
 */
export async function withinEngine(db: Pick<ClickHouse, "query">, limits: Limits): Promise<Limits> {
  const engineBytes = await memoryOf(db);
  // A server may set no bound.
  if (engineBytes === 0) return limits;
  const share = Math.floor((engineBytes * queriesShare) / boundedAtOnce);
  return { ...limits, memoryBytes: Math.min(limits.memoryBytes, Math.max(share, leastBytes)) };
}

async function memoryOf(db: Pick<ClickHouse, "query">): Promise<number> {
  try {
    const [row] = await db.query<{ bytes: number }>(memorySql);
    return row?.bytes ?? 0;
  } catch (error) {
    // A server's user need not be allowed to read its settings.
    if (error instanceof ClickHouseFailure && !error.retriable) return 0;
    throw error;
  }
}
