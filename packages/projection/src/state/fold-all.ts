import type { Chunks } from "@portalstream/clickhouse";
import { Rows } from "../rows.ts";
import { slicesOf } from "./fact-slices.ts";
import { insertRows } from "./insert-rows.ts";
import { relocated, type StateLayout } from "./layout.ts";
import { StateReader } from "./read-state.ts";
import type { StateDb } from "./state-db.ts";
import { versionOf } from "./version.ts";

export type FoldAll = {
  db: StateDb;
  layout: StateLayout;
  /** Where the projection's tables are. */
  tableOf: (table: string) => string;
  generation: number;
  /** Of these portals; null: of all. */
  portals: readonly string[] | null;
  onFacts: (count: number) => void;
};

/** Folds every chat once, portal by portal, into state tables that hold nothing of it yet. Resolves with the number of facts. */
export async function foldAll({
  db,
  layout,
  tableOf,
  generation,
  portals,
  onFacts,
}: FoldAll): Promise<number> {
  const reader = new StateReader(db, relocated(layout, tableOf));
  const insert = (table: string, rows: Chunks) => db.insert(tableOf(table), rows);
  let total = 0;
  // Rows of one slice are inserted while the next one is read.
  let inserted: Promise<unknown> = Promise.resolve();
  for await (const { states, components } of slicesOf(reader, portals)) {
    const [rows, last] = [new Rows(), new Rows()];
    for (const [portal, state] of states)
      for (const bot of state.bots) rows.add(layout.foldedBots, [portal, bot]);
    for (const { portal, component, names, facts } of components) {
      component.addNames(names);
      component.add(facts);
      const version = versionOf(generation, component.facts + (states.get(portal)?.bots.size ?? 0));
      for (const update of component.settle("changes")) layout.addState(rows, last, portal, version, update);
      total += facts.length;
      onFacts(facts.length);
    }
    await inserted;
    inserted = insertRows(rows, insert).then(() => insertRows(last, insert));
    inserted.catch(() => {});
  }
  await inserted;
  return total;
}
