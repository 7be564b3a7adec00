import type { ClickHouse } from "@portalstream/clickhouse";
import { loadSqlWithIncludes } from "./include-sql.ts";
import { stateTables, type Tables } from "./tables.ts";

export type ChatName = {
  chatId: string;
  bitrixChatId: string | null;
  externalChatId: string | null;
  connector: string | null;
  line: string | null;
  /** The other keys under which events know it. */
  aliases: readonly string[];
};

export type ChatFilter = {
  after: string;
  connector: string;
  line: string;
  externalChatId: string;
  bitrixChatId: string;
  limit: number;
};

const everyChat: ChatFilter = {
  after: "",
  connector: "",
  line: "",
  externalChatId: "",
  bitrixChatId: "",
  limit: 4_000_000_000,
};

const namesSql = loadSqlWithIncludes(import.meta.url, "chat-names.sql");

type Row = { chat: string; aliases: string[]; face: [string, string, string] };

/** The chats of a portal that pass the filter, by chat id. */
export async function chatNames(
  db: ClickHouse,
  tables: Tables,
  portal: string,
  filter: Partial<ChatFilter> = {},
): Promise<ChatName[]> {
  return query(db, tables, portal, { ...everyChat, ...filter, wholePortal: true, chats: [] });
}

/** The chats that have one of these names; a name that no event told is left out. */
export async function chatNamesOf(
  db: ClickHouse,
  portal: string,
  chats: readonly string[],
): Promise<ChatName[]> {
  return query(db, stateTables, portal, { ...everyChat, wholePortal: false, chats });
}

async function query(
  db: ClickHouse,
  tables: Tables,
  portal: string,
  params: ChatFilter & { wholePortal: boolean; chats: readonly string[] },
): Promise<ChatName[]> {
  const rows = await db.query<Row>(namesSql, { ...params, portal, chatNames: tables.chatNames });
  return rows.map(({ chat, aliases, face: [connector, line, externalChatId] }) => ({
    ...unnamedChat(chat),
    externalChatId: externalChatId || null,
    connector: connector || null,
    line: line || null,
    aliases,
  }));
}

export function unnamedChat(chatId: string): ChatName {
  const bitrixChatId = chatId.startsWith("b") ? chatId.slice(1) : null;
  return { chatId, bitrixChatId, externalChatId: null, connector: null, line: null, aliases: [] };
}
