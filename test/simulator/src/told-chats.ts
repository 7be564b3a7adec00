import { newSession } from "./session-events.ts";
import type { SessionReport, Talk } from "./talk.ts";
import type { TruthChat, TruthMessage, TruthSession } from "./truth.ts";

/** The chats that the events of a talk tell of: one, or two where no event names both of its ids. */
export function chatsOf(talk: Talk): TruthChat[] {
  const { chat } = talk;
  const place = { connector: chat.line.connector, line: chat.line.id };
  const bots = chat.line.bot === null ? [] : [chat.line.bot.id];
  const { externalChatId, bitrixChatId } = chat;
  if (talk.linked) {
    const crm = chat.deal === null ? [] : [`deal:${chat.deal}`];
    const implicit = talk.sessions.find((session) => session.openedBy.includes("message"));
    if (implicit !== undefined) implicit.openedAt = firstInbound(talk.messages);
    const { messages, sessions } = talk;
    return [finished({ ...place, externalChatId, bitrixChatId, messages, sessions, crm, bots })];
  }
  // Dialogs name the chat by its external name, as customers' messages do; ONSESSION* by its Bitrix24 id.
  const dialogs = talk.reports.filter(({ by }) => by === "dialog");
  const sides = dialogs.length > 0 ? dialogs.map(ofOneFamily) : [implicitOf(talk)];
  for (const message of talk.messages) {
    const own = dialogs.findIndex(({ of }) => of === message.session);
    message.session = sides[own] ?? sides[0] ?? null;
  }
  const unlinked = { ...place, crm: [], bots };
  const chats = [
    finished({ ...unlinked, externalChatId, bitrixChatId: null, messages: talk.messages, sessions: sides }),
  ];
  const sessions = talk.reports.filter(({ by }) => by === "session").map(ofOneFamily);
  if (sessions.length > 0)
    chats.push({ ...unlinked, externalChatId: null, bitrixChatId, messages: [], sessions });
  return chats;
}

const implicitOf = (talk: Talk): TruthSession => newSession(null, firstInbound(talk.messages), ["message"]);

/** The session as one family alone tells of it. A start takes the place of what was left open. */
function ofOneFamily(report: SessionReport, at: number, all: readonly SessionReport[]): TruthSession {
  const id = report.by === "dialog" ? report.of.sessionId : null;
  const closedAt = report.closedAt ?? all[at + 1]?.openedAt ?? null;
  return { ...newSession(id, report.openedAt, [report.by]), closedAt };
}

const firstInbound = (messages: readonly TruthMessage[]): number =>
  Math.min(...messages.filter((message) => message.direction === "inbound").map((message) => message.sentAt));

function finished(chat: TruthChat): TruthChat {
  for (const session of chat.sessions) measure(session, chat.messages);
  return chat;
}

/** Who answered first, after the customer's first message of the session. */
function measure(session: TruthSession, messages: readonly TruthMessage[]): void {
  const mine = messages
    .filter((message) => message.counted && message.session === session)
    .sort((left, right) => left.sentAt - right.sentAt);
  const asked = mine.find((message) => message.author.kind === "customer");
  const answered = mine.find(
    (message) => asked !== undefined && message.author.kind === "operator" && message.sentAt >= asked.sentAt,
  );
  session.firstInboundAt = asked?.sentAt ?? null;
  session.firstResponseAt = answered?.sentAt ?? null;
  session.responder = answered?.author.id ?? null;
}
