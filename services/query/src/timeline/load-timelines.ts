import type { ClickHouse } from "@portalstream/clickhouse";
import { type ChatName, chatNames, unnamedChat } from "./chat-names.ts";
import { type DescribedSession, describeSessions } from "./describe-sessions.ts";
import { foldSessions } from "./fold-sessions.ts";
import { loadSqlWithIncludes } from "./include-sql.ts";
import type { AuthorKind, Direction, FactOrigin, FinishPoint, MessagePoint, StartPoint } from "./points.ts";
import { stateTables, type Tables } from "./tables.ts";

export type TimelineMessage = MessagePoint & { counted: boolean; edited: boolean; deleted: boolean };

/** All that happened in a chat: its messages in order of time and its sessions in the order they opened. */
export type Timeline = { name: ChatName; messages: TimelineMessage[]; sessions: DescribedSession[] };

const messagesSql = loadSqlWithIncludes(import.meta.url, "message-timelines.sql");
const sessionsSql = loadSqlWithIncludes(import.meta.url, "session-timelines.sql");

type MessageTuple = [number, string, Direction, AuthorKind, string, ...Flag[]];
type Flag = number;
type MessagesRow = { name: string; messages: MessageTuple[] };
type SessionTuple = [number, "start" | "finish", FactOrigin, string, string, string, string];
type SessionsRow = { name: string; facts: SessionTuple[] };

/** The timelines of these chats, in the same order. */
export async function loadTimelines(
  db: ClickHouse,
  portal: string,
  names: readonly ChatName[],
): Promise<Timeline[]> {
  if (names.length === 0) return [];
  const facts = await queryFacts(db, stateTables, portal, {
    wholePortal: false,
    bitrixChats: names.flatMap((name) => name.bitrixChatId ?? []),
    externalChats: names.flatMap((name) => name.aliases),
  });
  return names.map((name) => timelineOf(name, facts));
}

/** The timelines of every chat of a portal. */
export async function loadAllTimelines(db: ClickHouse, tables: Tables, portal: string): Promise<Timeline[]> {
  const [names, facts] = await Promise.all([
    chatNames(db, tables, portal),
    queryFacts(db, tables, portal, { wholePortal: true, bitrixChats: [], externalChats: [] }),
  ]);
  const named = new Set(names.flatMap((name) => [name.chatId, ...name.aliases]));
  const unnamed = new Set(
    [...facts.messages.keys(), ...facts.sessions.keys()].filter((name) => !named.has(name)),
  );
  return [...names, ...[...unnamed].map(unnamedChat)].map((name) => timelineOf(name, facts));
}

/** By the name under which they were told. */
type Facts = { messages: Map<string, MessageTuple[]>; sessions: Map<string, SessionTuple[]> };
type Scope = { wholePortal: boolean; bitrixChats: string[]; externalChats: string[] };

async function queryFacts(db: ClickHouse, tables: Tables, portal: string, scope: Scope): Promise<Facts> {
  const params = { ...tables, ...scope, portal };
  const [messages, sessions] = await Promise.all([
    db.query<MessagesRow>(messagesSql, params),
    db.query<SessionsRow>(sessionsSql, params),
  ]);
  return {
    messages: new Map(messages.map((row) => [row.name, row.messages])),
    sessions: new Map(sessions.map((row) => [row.name, row.facts])),
  };
}

function timelineOf(name: ChatName, facts: Facts): Timeline {
  const names = [...new Set([name.chatId, ...name.aliases])];
  const told = names.flatMap((each) => facts.messages.get(each) ?? []);
  const covered = told.some(isFromConnector);
  const messages = told.map((tuple) => messageOf(tuple, covered));
  messages.sort((a, b) => a.at - b.at || (a.messageId < b.messageId ? -1 : 1));
  const counted = messages.filter((message) => message.counted);
  const reported = names.flatMap((each) => facts.sessions.get(each) ?? []);
  const sessions = foldSessions([...reported.map(reportOf), ...counted]);
  return { name, messages, sessions: describeSessions(sessions, counted) };
}

function isFromConnector([, , , , , , fromConnector]: MessageTuple): boolean {
  return fromConnector === 1;
}

function messageOf(tuple: MessageTuple, covered: boolean): TimelineMessage {
  const [at, messageId, direction, kind, id, connected, , edited, deleted] = tuple;
  return {
    kind: "message",
    at,
    messageId,
    direction,
    author: { kind, id },
    connected: connected === 1,
    // A bot's report of a message that a connector reports too has another id: it would count twice.
    counted: isFromConnector(tuple) || !covered,
    edited: edited === 1,
    deleted: deleted === 1,
  };
}

function reportOf([at, kind, origin, id, parentId, connector, line]: SessionTuple): StartPoint | FinishPoint {
  const sessionId = id || null;
  if (kind === "finish") return { kind, at, sessionId, origin };
  return { kind, at, sessionId, origin, parentSessionId: parentId || null, connector, line };
}
