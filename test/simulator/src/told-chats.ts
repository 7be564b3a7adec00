import { newSession } from "./session-events.ts";
import type { Talk } from "./talk.ts";
import type { TruthChat, TruthMessage, TruthSession } from "./truth.ts";

/** The chats that the events of a talk tell of: one, or two where no event names both of its ids. */
export function chatsOf(talk: Talk): TruthChat[] {
  const { chat } = talk;
  const place = { connector: chat.line.connector, line: chat.line.id };
  if (talk.linked) {
    const { externalChatId, bitrixChatId } = chat;
    const crm = chat.deal === null ? [] : [`deal:${chat.deal}`];
    const implicit = talk.sessions.find((session) => session.openedBy.includes("message"));
    if (implicit !== undefined) implicit.openedAt = firstInbound(talk.messages);
    return [
      finished({
        ...place,
        externalChatId,
        bitrixChatId,
        messages: talk.messages,
        sessions: talk.sessions,
        crm,
      }),
    ];
  }
  const implicit = newSession(null, firstInbound(talk.messages), ["message"]);
  for (const message of talk.messages) message.session = implicit;
  const bySide = { ...place, externalChatId: chat.externalChatId, bitrixChatId: null, crm: [] };
  const chats = [finished({ ...bySide, messages: talk.messages, sessions: [implicit] })];
  const told = talk.sessions.filter((session) => !session.openedBy.includes("message"));
  if (told.length > 0) {
    const { bitrixChatId } = chat;
    chats.push({ ...place, externalChatId: null, bitrixChatId, messages: [], sessions: told, crm: [] });
  }
  return chats;
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
