import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouse } from "@portalstream/clickhouse";

export type Read = { rows: number; bytes: number };

const rounds = 3;
// chdb has no system.query_log. Its counters are those of the whole engine, so nothing else may run meanwhile.
const counters = `SELECT sumIf(value, event = 'SelectedRows') AS rows, sumIf(value, event = 'SelectedBytes') AS bytes
FROM system.events WHERE event IN ('SelectedRows', 'SelectedBytes')`;

/** What the engine reads for one question, however many statements that takes: the least of some rounds. */
export async function readsOf(db: ClickHouse, ask: () => Promise<unknown>): Promise<Read> {
  const reads: Read[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = await current(db);
    const own = await current(db);
    await ask();
    const after = await current(db);
    reads.push({
      rows: after.rows - own.rows - (own.rows - before.rows),
      bytes: after.bytes - own.bytes - (own.bytes - before.bytes),
    });
  }
  return {
    rows: Math.max(0, Math.min(...reads.map(({ rows }) => rows))),
    bytes: Math.max(0, Math.min(...reads.map(({ bytes }) => bytes))),
  };
}

async function current(db: ClickHouse): Promise<Read> {
  const [row] = await db.query<{ rows: string; bytes: string }>(counters);
  return { rows: Number(row?.rows), bytes: Number(row?.bytes) };
}

/** Resolves when the engine has been merging nothing for a second, or after a while: parts are merged after a fill. */
export async function mergesDone(db: ClickHouse, atMostMs = 300_000): Promise<void> {
  const deadline = performance.now() + atMostMs;
  for (let calm = 0; calm < 4 && performance.now() < deadline; ) {
    const [row] = await db.query<{ n: string }>("SELECT count() AS n FROM system.merges");
    calm = Number(row?.n) === 0 ? calm + 1 : 0;
    await sleep(250);
  }
}
