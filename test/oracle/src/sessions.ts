import type { Chat, Names } from "./chats.ts";
import type { SessionFact } from "./facts.ts";
import {
  type FoldedSession,
  foldSessions,
  type Point,
  type SaidPoint,
  sessionAt,
  type Vote,
} from "./fold.ts";
import type { Message } from "./messages.ts";

export type Session = FoldedSession & {
  chatId: string;
  firstInboundAt: number | null;
  firstResponseAt: number | null;
  /** Who answered first; "" where nobody did or the event does not say. */
  firstResponder: string;
  /** The counted messages that belong to it. */
  messages: Message[];
};

const fromCustomer = (message: Message) =>
  message.direction === "inbound" && message.author.kind === "customer";
export const fromOperator = (message: Message) =>
  message.direction === "outbound" && message.author.kind === "operator";

/** What a message says if it is a rating; null where it cannot be one. */
function voteOf(message: Message): Vote | null {
  const { text, connector } = message;
  if (!fromCustomer(message) || connector === "" || connector === "livechat" || text === null) return null;
  if (text === "1" || text.startsWith("1 ") || text === "[like]") return "like";
  if (text === "0" || text.startsWith("0 ") || text === "[dislike]") return "dislike";
  return null;
}

function saidBy(message: Message): SaidPoint["by"] {
  const { kind } = message.author;
  if (kind === "system" || kind === "bot") return kind;
  return fromOperator(message) ? "operator" : "other";
}

/** The sessions of a chat. Marks the messages that rate them, and counts those no more. */
export function sessionsOfChat(
  chat: Chat,
  facts: readonly SessionFact[],
  names: Names,
  messages: readonly Message[],
): Session[] {
  const points: Point[] = [];
  for (const fact of facts) {
    if (names.chatOf(fact.reference) !== chat.chatId) continue;
    const { at, sessionId, connector, line } = fact;
    if (fact.action === "start") {
      points.push({ kind: "start", at, sessionId, origin: fact.origin, connector, line });
    } else if (fact.origin !== "bot") {
      points.push({ kind: "finish", at, sessionId, origin: fact.origin });
    }
  }
  const counting = messages.filter((message) => message.chatId === chat.chatId && message.counted);
  for (const message of counting) {
    points.push({
      kind: "message",
      at: message.sentAt,
      messageId: message.messageId,
      by: saidBy(message),
      opens: fromCustomer(message) && message.connector !== "",
      vote: voteOf(message),
    });
  }

  const folded = foldSessions(points);
  for (const message of counting) {
    message.isRating = folded.some((session) => session.rating?.messageId === message.messageId);
    message.counted = !message.isRating;
  }
  const said = counting.filter((message) => message.counted);
  return folded.map((session) => {
    const own = said.filter((message) => sessionAt(folded, message.sentAt) === session);
    const inbound = own.find(fromCustomer) ?? null;
    const response =
      inbound === null
        ? null
        : (own.find((message) => fromOperator(message) && message.sentAt >= inbound.sentAt) ?? null);
    return {
      ...session,
      chatId: chat.chatId,
      connector: session.connector === "" ? chat.connector : session.connector,
      line: session.line === "" ? chat.line : session.line,
      firstInboundAt: inbound?.sentAt ?? null,
      firstResponseAt: response?.sentAt ?? null,
      firstResponder: response?.author.id ?? "",
      messages: own,
    };
  });
}

/** The session that a message of these sessions' chat is shown with: the one it rates, else the one that it belongs to. */
export function sessionOfMessage(sessions: readonly Session[], message: Message): Session | null {
  if (!message.isRating) return sessionAt(sessions, message.sentAt);
  return sessions.find((session) => session.rating?.messageId === message.messageId) ?? null;
}
