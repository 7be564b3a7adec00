import type { ClickHouse } from "@portalstream/clickhouse";
import type { Projection } from "../projection.ts";
import { foldPortals } from "../state/fold-portals.ts";
import { firstVersionOf } from "../state/version.ts";
import type { Tables } from "./fold-tail.ts";
import type { MaintenanceWorld } from "./world.ts";

/** Folds all facts into state tables that are empty, and tells how it gets on. */
export async function foldWhole(
  { db, onProgress }: MaintenanceWorld,
  { state }: Projection,
  { tableOf, generation }: Tables,
  portals: readonly string[] | null = null,
): Promise<void> {
  const [{ facts = "0" } = {}] = await db.query<{ facts: string }>(
    `SELECT count() AS facts FROM ${tableOf(state.facts.name)}`,
  );
  let done = 0;
  await foldPortals({
    ...{ db, layout: state, tableOf, generation, portals },
    chats: { kind: "all" },
    onFacts: (count) => {
      done += count;
      onProgress({ phase: "fold", done, total: Math.max(done, Number(facts)) });
    },
  });
}

/** Removes rows that a writer of the former generation added after tables were exchanged. */
export async function dropFormerState(
  db: ClickHouse,
  { state }: Projection,
  generation: number,
): Promise<void> {
  const first = firstVersionOf(generation);
  for (const table of state.tables) {
    const [{ rows = "0" } = {}] = await db.query<{ rows: string }>(
      `SELECT count() AS rows FROM ${table} WHERE version < ${first}`,
    );
    if (Number(rows) > 0) await db.command(`ALTER TABLE ${table} DELETE WHERE version < ${first}`);
  }
}
