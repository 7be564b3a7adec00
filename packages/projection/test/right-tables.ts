import type { Chunks } from "@portalstream/clickhouse";
import { type Projection, replayHere } from "../src/index.ts";
import { compareGroups } from "../src/maintenance/compare-groups.ts";
import { livePartitions, rangesOf } from "../src/maintenance/places.ts";
import { dropLeftovers } from "../src/maintenance/tables.ts";
import { allTablesOf } from "../src/projection.ts";
import { planParts } from "../src/replay/parts.ts";
import { createShadow, dropShadow } from "../src/verify/explain.ts";
import { proveState } from "../src/verify/prove-state.ts";
import { bothProjections, type Installation } from "./installation.ts";

/** The tables that do not hold just what the log says. Unlike `verify` it asks nothing of the bookkeeping. */
export async function wrongTables({ log, db }: Installation): Promise<string[]> {
  const wrong: string[] = [];
  for (const projection of bothProjections) {
    const shadows = await Promise.all(projection.tables.map((table) => createShadow(db, table, "check")));
    const partitions = await livePartitions(log, projection);
    const bounds = partitions.map(({ topic, partition, first, end }) => ({
      topic,
      partition,
      from: first,
      to: end,
    }));
    const parts = planParts(rangesOf(projection.name, bounds, false), 100_000);
    const targets = Object.fromEntries(shadows.map(({ layout, rows }) => [layout.table, rows]));
    const insert = (table: string, rows: Chunks) => db.insert(table, rows);
    await replayHere({ log, insert, projections: [projection] })(parts, targets, () => {});
    for (const shadow of shadows) {
      const { table } = shadow.layout;
      const sides = { expected: shadow.rows, found: table, into: shadow.groups };
      const { groups, equalGroups } = await compareGroups(db, shadow.layout, sides);
      if (groups !== equalGroups) wrong.push(table);
      await dropShadow(db, shadow);
    }
  }
  return wrong;
}

/** The state tables that do not hold just what is folded from the facts in the tables. */
export async function wrongState(
  one: Installation,
  projections: readonly Projection[] = bothProjections,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const projection of projections) {
    for (const { table, missing, unexplained } of await proveState(one.world(), projection, "check"))
      if (missing + unexplained > 0) wrong.push(table);
    await dropLeftovers(one.db, allTablesOf(projection), "check");
  }
  return wrong;
}
