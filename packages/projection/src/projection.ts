import type { AnyRecord } from "@portalstream/events";
import type { Rows } from "./rows.ts";
import type { StateLayout } from "./state/layout.ts";

/** Where a record lies in the log; every fact row carries it. */
export type RecordPosition = { topic: string; partition: number; offset: number };

/** What a service makes of records: pure, so that replaying a record makes the same rows. */
export type Projection = {
  /** The consumer group, too. */
  name: string;
  topics: readonly string[];
  /** All that is written as records are read; no other projection writes them. The tables of `state` come on top. */
  tables: readonly string[];
  /** What former versions wrote instead. The first rebuild drops them. */
  formerTables: readonly string[];
  project(record: AnyRecord, position: RecordPosition, rows: Rows): void;
  /** Facts of chats, which it keeps beside what `project` makes, and the state that is folded from them. */
  state: StateLayout;
};

/** Everything that a projection writes. */
export const allTablesOf = ({ tables, state }: Projection): string[] => [
  ...tables,
  ...state.tables,
  state.foldedBots.name,
];
