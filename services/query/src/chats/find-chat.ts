import type { ClickHouse } from "@portalstream/clickhouse";
import { problem } from "../http/problems.ts";
import { loadSql } from "../http/sql.ts";
import { loadSqlWithIncludes } from "../lists/include-sql.ts";
import { type Chat, type ChatRow, chatOf } from "./chat.ts";

const chatSql = loadSqlWithIncludes(import.meta.url, "get-chat.sql");
const aliasSql = loadSql(import.meta.url, "find-alias.sql");

/** The chat of this id or alias; 404 where no event names it. */
export async function findChat(db: ClickHouse, portal: string, chatId: string): Promise<Chat> {
  const row = (await readChat(db, portal, chatId)) ?? (await readAliased(db, portal, chatId));
  if (row === null) throw problem("chat_not_found");
  return chatOf(row);
}

export async function findChatId(db: ClickHouse, portal: string, chatId: string): Promise<string> {
  return (await findChat(db, portal, chatId)).chatId;
}

async function readChat(db: ClickHouse, portal: string, chatId: string): Promise<ChatRow | null> {
  const [row] = await db.query<ChatRow>(chatSql, { portal, chatId });
  return row ?? null;
}

async function readAliased(db: ClickHouse, portal: string, alias: string): Promise<ChatRow | null> {
  const [row] = await db.query<{ chatId: string }>(aliasSql, { portal, alias });
  return row === undefined ? null : readChat(db, portal, row.chatId);
}
