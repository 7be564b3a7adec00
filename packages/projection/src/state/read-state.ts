import type { Params } from "@portalstream/clickhouse";
import type { Fact, NameFact, StoredChat } from "@portalstream/conversations";
import type { StateLayout } from "./layout.ts";
import { readName, selectNames } from "./name-table.ts";
import { RowReader } from "./row-reader.ts";
import { rowsOf, type StateDb } from "./state-db.ts";

/** Something of a portal, such as a name. */
export type Of<T> = { portal: string; value: T };

// Few enough for a statement's parameters.
const mostTogether = 5_000;

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
    return inParts(keys, async (params) => (await this.#rows(sql, params)).map(readName));
  }

  /** The facts that lie under these names. */
  facts(names: readonly Of<string>[]): Promise<{ portal: string; fact: Fact }[]> {
    const { facts } = this.#layout;
    const sql = `SELECT ${facts.select} FROM ${facts.name} WHERE ${isOneOf("name")}`;
    return inParts(names, async (params) => (await this.#rows(sql, params)).map(facts.read));
  }

  /** The facts of messages of which no event tells the chat. */
  async strays(portals: readonly string[]): Promise<{ portal: string; fact: Fact }[]> {
    const { facts } = this.#layout;
    const sql = `SELECT ${facts.select} FROM ${facts.name}
      WHERE portal IN {portals:Array(String)} AND name >= 'm' AND name < 'n'`;
    return (await this.#rows(sql, { portals })).map(facts.read);
  }

  /** How many different facts lie under these names. */
  distinctFacts(names: readonly Of<string>[]): Promise<{ name: string; facts: number }[]> {
    const id = "message_key, at, event_id, kind, action, origin, session_id, parent_session_id";
    const sql = `SELECT name, toFloat64(uniqExact(${id})) FROM ${this.#layout.facts.name}
      WHERE ${isOneOf("name")} GROUP BY name`;
    return inParts(names, async (params) =>
      (await this.#rows(sql, params)).map((row) => {
        const values = new RowReader(row);
        return { name: values.text(), facts: values.number() };
      }),
    );
  }

  /** All names of these portals. */
  async namesOf(portals: readonly string[]): Promise<{ portal: string; fact: NameFact }[]> {
    const sql = `SELECT ${selectNames} FROM ${this.#layout.names.name} WHERE portal IN {portals:Array(String)}
      GROUP BY portal, place, user, bitrix_chat, connector, line, external_chat_id`;
    return (await this.#rows(sql, { portals })).map(readName);
  }

  /** All facts of these portals. */
  async factsOf(portals: readonly string[]): Promise<{ portal: string; fact: Fact }[]> {
    const { facts } = this.#layout;
    const sql = `SELECT ${facts.select} FROM ${facts.name} WHERE portal IN {portals:Array(String)}`;
    return (await this.#rows(sql, { portals })).map(facts.read);
  }

  /** How many facts each portal has, or these portals. */
  async counts(portals: readonly string[] | null): Promise<{ portal: string; facts: number }[]> {
    const sql = `SELECT portal, toFloat64(count()) FROM ${this.#layout.facts.name}
      WHERE {all:Bool} OR portal IN {portals:Array(String)} GROUP BY portal ORDER BY portal`;
    return (await this.#rows(sql, { all: portals === null, portals: portals ?? [] })).map((row) => {
      const values = new RowReader(row);
      return { portal: values.text(), facts: values.number() };
    });
  }

  /** How many facts lie under each name of a portal. */
  async nameCounts(portal: string): Promise<{ name: string; facts: number }[]> {
    const sql = `SELECT name, toFloat64(count()) FROM ${this.#layout.facts.name}
      WHERE portal = {portal:String} GROUP BY name ORDER BY name`;
    return (await this.#rows(sql, { portal })).map((row) => {
      const values = new RowReader(row);
      return { name: values.text(), facts: values.number() };
    });
  }

  /** User ids of bots, and whether their messages were folded since. */
  async bots(portals: readonly string[]): Promise<{ portal: string; bot: string; isFolded: boolean }[]> {
    const sql = `SELECT portal, bot, max(folded) FROM (
        SELECT portal, bot_id AS bot, 0 AS folded FROM ${this.#layout.bots} WHERE portal IN {portals:Array(String)}
        UNION ALL
        SELECT portal, bot_id AS bot, 1 AS folded FROM ${this.#layout.foldedBots.name} WHERE portal IN {portals:Array(String)}
      ) GROUP BY portal, bot`;
    return (await this.#rows(sql, { portals })).map((row) => {
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
    const sql = `SELECT portal, chat_id, toFloat64(facts), connector, line, names FROM ${this.#layout.chats} FINAL WHERE ${isOneOf("chat_id")}`;
    return inParts(ids, async (params) =>
      (await this.#rows(sql, params)).map((row) => {
        const values = new RowReader(row);
        const portal = values.text();
        const [chatId, facts] = [values.text(), values.number()];
        const value = { chatId, facts, connector: values.text(), line: values.text(), names: values.texts() };
        return { portal, value };
      }),
    );
  }

  async #rows(sql: string, params: Params): Promise<unknown[][]> {
    return rowsOf(await this.#db.lines(sql, params));
  }

  #keysWhere(of: readonly Of<string>[], column: string): Promise<Of<string>[]> {
    const sql = `SELECT DISTINCT portal, if(startsWith(name, 'x'), place, name) AS key FROM ${this.#layout.facts.name}
      WHERE portal IN {portals:Array(String)} AND ${isOneOf(column)}`;
    return inParts(of, async (params) =>
      (await this.#rows(sql, params)).map((row) => {
        const values = new RowReader(row);
        return { portal: values.text(), value: values.text() };
      }),
    );
  }
}
