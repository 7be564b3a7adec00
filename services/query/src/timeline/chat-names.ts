import type { ClickHouse } from "@portalstream/clickhouse";
import { loadSqlWithIncludes } from "./include-sql.ts";
import { stateTables, type Tables } from "./tables.ts";

export type ChatName = {
  chatId: string;
  bitrixChatId: string | null;
  externalChatId: string | null;
  connector: string | null;
  line: string | null;
  /** Every key under which events without a Bitrix24 chat id know it. */
  externalNames: readonly string[];
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
const aliasSql = loadSqlWithIncludes(import.meta.url, "chat-alias.sql");

type Row = { chat: string; externalNames: string[]; face: [string, string, string] };

/** The chats of a portal that pass the filter, by chat id. */
export async function chatNames(
  db: ClickHouse,
  tables: Tables,
  portal: string,
  filter: Partial<ChatFilter> = {},
): Promise<ChatName[]> {
  return query(db, tables, portal, { ...everyChat, ...filter, wholePortal: true, chats: [] });
}

/** The chats of these canonical ids; those that no event named are left out. */
export async function chatNamesOf(
  db: ClickHouse,
  portal: string,
  chats: readonly string[],
): Promise<ChatName[]> {
  return query(db, stateTables, portal, { ...everyChat, wholePortal: false, chats });
}

/** The canonical id of a chat; an external name of a linked chat is an alias of it. */
export async function canonicalChatId(db: ClickHouse, portal: string, chat: string): Promise<string> {
  const [row] = await db.query<{ chat: string }>(aliasSql, {
    chatNames: stateTables.chatNames,
    portal,
    chat,
  });
  return row?.chat ?? chat;
}

async function query(
  db: ClickHouse,
  tables: Tables,
  portal: string,
  params: ChatFilter & { wholePortal: boolean; chats: readonly string[] },
): Promise<ChatName[]> {
  const rows = await db.query<Row>(namesSql, { ...params, portal, chatNames: tables.chatNames });
  return rows.map(({ chat, externalNames, face: [connector, line, externalChatId] }) => ({
    ...unnamedChat(chat),
    externalChatId: externalChatId || null,
    connector: connector || null,
    line: line || null,
    externalNames,
  }));
}

export function unnamedChat(chatId: string): ChatName {
  const bitrixChatId = chatId.startsWith("b") ? chatId.slice(1) : null;
  return { chatId, bitrixChatId, externalChatId: null, connector: null, line: null, externalNames: [] };
}
