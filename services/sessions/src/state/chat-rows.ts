import { count, flag, table, text, textList, time, timeOrNull } from "@portalstream/clickhouse";
import type { ChatUpdate, DescribedSession } from "@portalstream/conversations";
import type { Rows } from "@portalstream/projection";

export const chatsTable = table("chats", [
  text("portal"),
  text("chat_id"),
  count("version"),
  flag("deleted"),
  count("facts"),
  text("bitrix_chat_id"),
  text("external_chat_id"),
  text("connector"),
  text("line"),
  text("state"),
  text("session"),
  timeOrNull("first_message_at"),
  timeOrNull("last_message_at"),
  time("active_at"),
  count("inbound"),
  count("outbound"),
  count("system"),
  count("edited"),
  count("deleted_messages"),
  textList("operators"),
  textList("bots"),
  textList("crm"),
  textList("names"),
]);

export const chatAliasesTable = table("chat_aliases", [
  text("portal"),
  text("alias"),
  count("version"),
  flag("deleted"),
  text("chat_id"),
]);

type Update = Extract<ChatUpdate, { kind: "chat" }>;

/** Each external name of the chat. */
export function addAliases(rows: Rows, portal: string, version: number, { chatId, names }: Update): void {
  for (const name of names)
    if (name.startsWith("x")) rows.add(chatAliasesTable, [portal, name, version, false, chatId]);
}

export function addChat(rows: Rows, portal: string, version: number, update: Update): void {
  const { chatId, summary, face, names, facts } = update;
  const { session, messages } = summary;
  rows.add(chatsTable, [
    portal,
    chatId,
    version,
    false,
    facts,
    chatId.startsWith("b") ? chatId.slice(1) : "",
    face.externalChatId,
    face.connector,
    face.line,
    summary.state,
    session === null ? "" : JSON.stringify(storedSession(session, face)),
    summary.firstMessageAt,
    summary.lastMessageAt,
    summary.lastMessageAt ?? session?.openedAt ?? face.namedAt,
    messages.inbound,
    messages.outbound,
    messages.system,
    messages.edited,
    messages.deleted,
    summary.operators,
    summary.bots,
    summary.crm,
    names,
  ]);
}

/** That events of today call the chat otherwise. */
export function addGone(rows: Rows, portal: string, version: number, chatId: string): void {
  rows.add(chatsTable, [
    ...([portal, chatId, version, true, 0, "", "", "", "", "none", "", null, null, 0] as const),
    ...([0, 0, 0, 0, 0, [], [], [], []] as const),
  ]);
}

/** The values of the columns of `sessions`, by their names; times in epoch milliseconds. */
const storedSession = (session: DescribedSession, chat: { connector: string; line: string }) => ({
  place: session.place,
  opened_at: session.openedAt,
  session_id: session.sessionId ?? "",
  parent_session_id: session.parentSessionId ?? "",
  connector: session.connector || chat.connector,
  line: session.line || chat.line,
  opened_by: session.openedBy,
  closed_at: session.closedAt,
  first_inbound_at: session.firstInboundAt,
  first_response_at: session.firstResponse?.at ?? null,
  first_response_by: session.firstResponse?.operator ?? "",
  rating: session.rating?.value ?? "none",
  rated_at: session.rating?.at ?? null,
  inbound: session.messages.inbound,
  outbound: session.messages.outbound,
  system: session.messages.system,
  operators: session.operators,
});
