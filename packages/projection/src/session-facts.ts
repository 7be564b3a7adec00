import { table, text, time } from "@portalstream/clickhouse";
import {
  type BotContext,
  type BotEvent,
  type Envelope,
  externalChatKey,
  type SessionEvent,
} from "@portalstream/events";
import { addChatName, type ChatNamesTable, chatNameOf } from "./message-facts.ts";
import type { Rows } from "./rows.ts";

/** session_facts and analytics_sessions. */
export const sessionsTable = (name: string) =>
  table(name, [
    text("portal"),
    text("bitrix_chat"),
    time("at"),
    text("action"),
    text("origin"),
    text("session_id"),
    text("parent_session_id"),
    text("connector"),
    text("line"),
  ]);
export type SessionsTable = ReturnType<typeof sessionsTable>;

/** What a session event says: a row a session, and the chat's names. */
export function addSessions(
  rows: Rows,
  table: SessionsTable,
  namesTable: ChatNamesTable,
  event: SessionEvent,
): void {
  const { envelope, action, origin } = event;
  for (const session of event.sessions) {
    if (session.bitrixChatId === null) continue;
    rows.add(table, [
      envelope.portal,
      session.bitrixChatId,
      envelope.occurredAt,
      action,
      origin,
      session.sessionId ?? "",
      session.parentSessionId ?? "",
      session.connector ?? "",
      session.line ?? "",
    ]);
    const name = { ...session, externalChat: "", externalChatId: null };
    addChatName(rows, namesTable, envelope, chatNameOf(envelope, name));
  }
}

type BotSession = Pick<BotContext, "bitrixChatId" | "sessionId" | "sessionOpenedAt">;

/** Every bot event of an open line repeats its session's id and start. */
export function addBotSession(
  rows: Rows,
  table: SessionsTable,
  envelope: Envelope,
  said: BotSession,
  place: { connector: string | null; line: string | null },
): void {
  const { bitrixChatId, sessionId, sessionOpenedAt } = said;
  if (bitrixChatId === null || sessionId === null || sessionOpenedAt === null) return;
  const { connector, line } = place;
  rows.once(table, [
    envelope.portal,
    bitrixChatId,
    sessionOpenedAt,
    "start",
    "bot",
    sessionId,
    "",
    connector ?? "",
    line ?? "",
  ]);
}

/** The names that a bot event gives the chat it happened in. */
export function addBotChatName(rows: Rows, table: ChatNamesTable, event: BotEvent): void {
  const { connector, line, externalChatId, bitrixChatId } = event;
  const known = connector !== null && externalChatId !== null;
  const externalChat = known ? externalChatKey(connector, line ?? "", externalChatId) : "";
  const name = { externalChat, bitrixChatId, connector, line, externalChatId };
  addChatName(rows, table, event.envelope, chatNameOf(event.envelope, name));
}
