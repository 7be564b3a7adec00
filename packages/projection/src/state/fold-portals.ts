import type { Chunks } from "@portalstream/clickhouse";
import { Component } from "@portalstream/conversations";
import { Rows } from "../rows.ts";
import { slicesOf, type WantedChats } from "./fact-slices.ts";
import { insertRows } from "./insert-rows.ts";
import { relocated, type StateLayout } from "./layout.ts";
import { PortalState } from "./portal-state.ts";
import { StateReader } from "./read-state.ts";
import type { StateDb } from "./state-db.ts";
import { versionOf } from "./version.ts";

export type FoldPortals = {
  db: StateDb;
  layout: StateLayout;
  /** Where the projection's tables are. */
  tableOf: (table: string) => string;
  generation: number;
  /** Of these portals; null: of all. */
  portals: readonly string[] | null;
  chats: WantedChats;
  onFacts: (count: number) => void;
  mayGoOn?: () => Promise<boolean>;
};

/** Folds the wanted chats once, portal by portal. False: it stopped, since `mayGoOn` said so before rows were inserted. */
export async function foldPortals({
  db,
  layout,
  tableOf,
  generation,
  portals,
  chats: wanted,
  onFacts,
  mayGoOn = async () => true,
}: FoldPortals): Promise<boolean> {
  const reader = new StateReader(db, relocated(layout, tableOf));
  const insert = (table: string, rows: Chunks) => db.insert(tableOf(table), rows);
  const foldedBots = new Rows();
  // Rows of one slice are inserted while the next one is read.
  let inserted: Promise<unknown> = Promise.resolve();
  try {
    for await (const { states, chats } of slicesOf(reader, portals, wanted)) {
      const [rows, last] = [new Rows(), new Rows()];
      for (const [portal, state] of states)
        for (const bot of state.unfoldedBots) foldedBots.once(layout.foldedBots, [portal, bot]);
      for (const { portal, isFresh, names, facts } of chats) {
        const { context, bots } = states.get(portal) ?? new PortalState();
        const component = new Component(context);
        component.addNames(names);
        component.add(facts);
        const updates = component.settle(isFresh ? "changes" : "all");
        // Facts that name no chat are counted where they were folded in.
        const version = versionOf(generation, component.facts + bots.size);
        for (const update of updates) layout.addState(rows, last, portal, version, update);
        onFacts(facts.length);
      }
      await inserted;
      if (!(await mayGoOn())) return false;
      inserted = insertRows(rows, insert).then(() => insertRows(last, insert));
      inserted.catch(() => {});
    }
  } finally {
    // Who tries again must find what was inserted.
    await inserted.catch(() => {});
  }
  await inserted;
  // Only now do all chats know of the bots.
  await insertRows(foldedBots, insert);
  return true;
}
