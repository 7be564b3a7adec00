import type { Table } from "@portalstream/clickhouse";
import type { ChatUpdate } from "@portalstream/conversations";
import type { Rows } from "../rows.ts";
import type { FactTable } from "./fact-table.ts";
import type { NameTable } from "./name-table.ts";

/** Where a projection keeps facts of chats, and the state that is folded from them. */
export type StateLayout = {
  facts: FactTable;
  names: NameTable;
  /** User ids known as bots'; their rows are the projection's own. */
  bots: string;
  /** Bots whose messages have been folded again since they were known. */
  foldedBots: Table<readonly [portal: string, bot: string]>;
  /** One row a chat, written when all other rows of the chat are in. */
  chats: string;
  /** Tables of state rows, which are written by folding alone: a sorting key, `version` and `deleted`. */
  tables: readonly string[];
  /** Adds the rows of an update, and to `last` the chat's own row. */
  addState(rows: Rows, last: Rows, portal: string, version: number, update: ChatUpdate): void;
};

/** The layout with its tables elsewhere, for reading: rows are still added under the tables' own names. */
export const relocated = (layout: StateLayout, tableOf: (table: string) => string): StateLayout => ({
  ...layout,
  facts: { ...layout.facts, name: tableOf(layout.facts.name) },
  names: { ...layout.names, name: tableOf(layout.names.name) },
  bots: tableOf(layout.bots),
  foldedBots: { ...layout.foldedBots, name: tableOf(layout.foldedBots.name) },
  chats: tableOf(layout.chats),
  tables: layout.tables.map(tableOf),
});
