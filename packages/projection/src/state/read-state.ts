import type { Params } from "@portalstream/clickhouse";
import type { Fact, NameFact, StoredChat } from "@portalstream/conversations";
import type { StateLayout } from "./layout.ts";
import { readName, selectNames } from "./name-table.ts";
import { RowReader } from "./row-reader.ts";
import { rowsOf, type StateDb } from "./state-db.ts";

/** Something of a portal, such as a name. */
export type Of<T> = { portal: string; value: T };

/** Few enough for a statement's parameters: a server takes 128 KiB for each (http_max_field_value_size). */
export const mostTogether = 2_000;

async function inParts<T>(
  keys: readonly Of<string>[],
  read: (params: { portals: string[]; values: string[] }) => Promise<T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let from = 0; from < keys.length; from += mostTogether) {
    const part = keys.slice(from, from + mostTogether);
    const portals = part.map(({ portal }) => portal);
    for (const one of await read({ portals, values: part.map(({ value }) => value) })) found.push(one);
  }
  return found;
}

const textOf = (row: readonly unknown[]) => new RowReader(row).text();

const isOneOf = (column: string) =>
  `(portal, ${column}) IN (SELECT arrayJoin(arrayZip({portals:Array(String)}, {values:Array(String)})))`;

/** Reads what a fold needs, by key. Rows of one fact may come more than once. */
export class StateReader {
  readonly #db: StateDb;
  readonly #layout: StateLayout;

  constructor(db: StateDb, layout: StateLayout) {
    this.#db = db;
    this.#layout = layout;
  }

  /** The names that are stored under these keys. */
  names(keys: readonly Of<string>[]): Promise<{ portal: string; fact: NameFact }[]> {
    const sql = `SELECT ${selectNames} FROM ${this.#layout.names.name} WHERE ${isOneOf("key")}
      GROUP BY portal, place, user, bitrix_chat, connector, line, external_chat_id`;
    return inParts(keys, (params) => this.#rows(sql, params, readName));
  }

  /** The facts that lie under these names. */
  facts(names: readonly Of<string>[]): Promise<{ portal: string; fact: Fact }[]> {
    const { facts } = this.#layout;
    const sql = `SELECT ${facts.select} FROM ${facts.name} WHERE ${isOneOf("name")}`;
    return inParts(names, (params) => this.#rows(sql, params, facts.read));
  }

  /** The facts of messages of which no event tells the chat. */
  strays(portals: readonly string[]): Promise<{ portal: string; fact: Fact }[]> {
    const { facts } = this.#layout;
    const sql = `SELECT ${facts.select} FROM ${facts.name}
      WHERE portal IN {portals:Array(String)} AND name >= 'm' AND name < 'n'`;
    return this.#rows(sql, { portals }, facts.read);
  }

  /** How many different facts lie under these names. */
  distinctFacts(names: readonly Of<string>[]): Promise<{ name: string; facts: number }[]> {
    const id = "message_key, at, event_id, kind, action, origin, session_id, parent_session_id";
    const sql = `SELECT name, toFloat64(uniqExact(${id})) FROM ${this.#layout.facts.name}
      WHERE ${isOneOf("name")} GROUP BY name`;
    return inParts(names, (params) =>
      this.#rows(sql, params, (row) => {
        const values = new RowReader(row);
        return { name: values.text(), facts: values.number() };
      }),
    );
  }

  /** All names of these portals. */
  namesOf(portals: readonly string[]): Promise<{ portal: string; fact: NameFact }[]> {
    const sql = `SELECT ${selectNames} FROM ${this.#layout.names.name} WHERE portal IN {portals:Array(String)}
      GROUP BY portal, place, user, bitrix_chat, connector, line, external_chat_id`;
    return this.#rows(sql, { portals }, readName);
  }

  /** All facts of these portals. */
  factsOf(portals: readonly string[]): Promise<{ portal: string; fact: Fact }[]> {
    const { facts } = this.#layout;
    const sql = `SELECT ${facts.select} FROM ${facts.name} WHERE portal IN {portals:Array(String)}`;
    return this.#rows(sql, { portals }, facts.read);
  }

  /** How many facts each portal has, or these portals. */
  counts(portals: readonly string[] | null): Promise<{ portal: string; facts: number }[]> {
    const sql = `SELECT portal, toFloat64(count()) FROM ${this.#layout.facts.name}
      WHERE {all:Bool} OR portal IN {portals:Array(String)} GROUP BY portal ORDER BY portal`;
    return this.#rows(sql, { all: portals === null, portals: portals ?? [] }, (row) => {
      const values = new RowReader(row);
      return { portal: values.text(), facts: values.number() };
    });
  }

  /** How many facts lie under each name of these portals. */
  nameCounts(portals: readonly string[]): Promise<{ portal: string; name: string; facts: number }[]> {
    const sql = `SELECT portal, name, toFloat64(count()) FROM ${this.#layout.facts.name}
      WHERE portal IN {portals:Array(String)} GROUP BY portal, name ORDER BY portal, name`;
    return this.#rows(sql, { portals }, (row) => {
      const values = new RowReader(row);
      return { portal: values.text(), name: values.text(), facts: values.number() };
    });
  }

  /** Those of these portals of which state was ever written. */
  async portalsWithState(portals: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const table of this.#layout.tables) {
      const sql = `SELECT DISTINCT portal FROM ${table} WHERE portal IN {portals:Array(String)}`;
      for (const portal of await this.#rows(sql, { portals }, textOf)) found.add(portal);
    }
    return found;
  }

  /** User ids of bots, and whether their messages were folded since. */
  bots(portals: readonly string[]): Promise<{ portal: string; bot: string; isFolded: boolean }[]> {
    const sql = `SELECT portal, bot, max(folded) FROM (
        SELECT portal, bot_id AS bot, 0 AS folded FROM ${this.#layout.bots} WHERE portal IN {portals:Array(String)}
        UNION ALL
        SELECT portal, bot_id AS bot, 1 AS folded FROM ${this.#layout.foldedBots.name} WHERE portal IN {portals:Array(String)}
      ) GROUP BY portal, bot`;
    return this.#rows(sql, { portals }, (row) => {
      const values = new RowReader(row);
      return { portal: values.text(), bot: values.text(), isFolded: values.number() === 1 };
    });
  }

  /** The keys of the chats in which one of these users wrote. */
  writtenBy(users: readonly Of<string>[]): Promise<Of<string>[]> {
    return this.#keysWhere(users, "author_id");
  }

  /** The keys of the chats that have one of these messages. */
  holding(messages: readonly Of<string>[]): Promise<Of<string>[]> {
    return this.#keysWhere(messages, "message_key");
  }

  /** The stored rows of these chats. */
  chats(ids: readonly Of<string>[]): Promise<Of<StoredChat>[]> {
    return inParts(ids, (params) => this.#chatsWhere(isOneOf("chat_id"), params));
  }

  /** The stored rows of all chats of these portals. */
  chatsOf(portals: readonly string[]): Promise<Of<StoredChat>[]> {
    return this.#chatsWhere("portal IN {portals:Array(String)}", { portals });
  }

  #chatsWhere(where: string, params: Params): Promise<Of<StoredChat>[]> {
    const sql = `SELECT portal, chat_id, toFloat64(facts), connector, line, names FROM ${this.#layout.chats} FINAL WHERE ${where}`;
    return this.#rows(sql, params, (row) => {
      const values = new RowReader(row);
      const portal = values.text();
      const [chatId, facts] = [values.text(), values.number()];
      const value = { chatId, facts, connector: values.text(), line: values.text(), names: values.texts() };
      return { portal, value };
    });
  }

  async #rows<T>(sql: string, params: Params, read: (row: readonly unknown[]) => T): Promise<T[]> {
    const found: T[] = [];
    for (const row of rowsOf(await this.#db.lines(sql, params))) found.push(read(row));
    return found;
  }

  #keysWhere(of: readonly Of<string>[], column: string): Promise<Of<string>[]> {
    const sql = `SELECT DISTINCT portal, if(startsWith(name, 'x'), place, name) AS key FROM ${this.#layout.facts.name}
      WHERE portal IN {portals:Array(String)} AND ${isOneOf(column)}`;
    return inParts(of, (params) =>
      this.#rows(sql, params, (row) => {
        const values = new RowReader(row);
        return { portal: values.text(), value: values.text() };
      }),
    );
  }
}
