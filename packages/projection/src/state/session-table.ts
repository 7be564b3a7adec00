import { count, flag, type RowOf, table, text, textList, time, timeOrNull } from "@portalstream/clickhouse";
import type { ChatUpdate, DescribedSession, SessionKey } from "@portalstream/conversations";
import { keyOfSession } from "@portalstream/conversations";
import type { Rows } from "../rows.ts";

const columns = [
  text("portal"),
  time("opened_at"),
  text("name"),
  text("opener"),
  count("version"),
  flag("deleted"),
  count("place"),
  text("chat_id"),
  text("session_id"),
  text("parent_session_id"),
  text("connector"),
  text("line"),
  text("opened_by"),
  timeOrNull("closed_at"),
  timeOrNull("first_inbound_at"),
  timeOrNull("first_response_at"),
  text("first_response_by"),
  text("rating"),
  timeOrNull("rated_at"),
  count("inbound"),
  count("outbound"),
  count("system"),
  textList("operators"),
] as const;
type SessionRow = RowOf<typeof columns>;

/** sessions and figure_sessions. */
export const sessionTable = (name: string) => table(name, columns);
type SessionTable = ReturnType<typeof sessionTable>;

type Update = Extract<ChatUpdate, { kind: "chat" }>;

/** The sessions of an update; connector and line are the session's, else the chat's. */
export function addSessions(
  rows: Rows,
  table: SessionTable,
  portal: string,
  version: number,
  { chatId, changes, face }: Update,
): void {
  for (const session of changes.sessions) rows.add(table, sessionRow(portal, version, chatId, face, session));
  for (const key of changes.goneSessions) rows.add(table, goneRow(portal, version, key));
}

function sessionRow(
  portal: string,
  version: number,
  chatId: string,
  chat: { connector: string; line: string },
  session: DescribedSession,
): SessionRow {
  const { openedAt, name, opener } = keyOfSession(session);
  const { firstResponse, rating, messages } = session;
  return [
    portal,
    openedAt,
    name,
    opener,
    version,
    false,
    session.place,
    chatId,
    session.sessionId ?? "",
    session.parentSessionId ?? "",
    session.connector || chat.connector,
    session.line || chat.line,
    session.openedBy,
    session.closedAt,
    session.firstInboundAt,
    firstResponse?.at ?? null,
    firstResponse?.operator ?? "",
    rating?.value ?? "none",
    rating?.at ?? null,
    messages.inbound,
    messages.outbound,
    messages.system,
    session.operators,
  ];
}

function goneRow(portal: string, version: number, { openedAt, name, opener }: SessionKey): SessionRow {
  const nothing = ["", "", "", "", ""] as const;
  const never = [null, null, null, ""] as const;
  return [
    ...([portal, openedAt, name, opener, version, true, 0] as const),
    ...nothing,
    "message",
    ...never,
    "none",
    null,
    0,
    0,
    0,
    [],
  ];
}
