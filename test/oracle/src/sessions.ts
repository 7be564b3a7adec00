import { type ChatPlace, chatIdOf } from "./chats.ts";
import type { Facts } from "./facts.ts";
import { type FoldedSession, foldSessions, type Point, sessionAt } from "./fold.ts";
import type { Message } from "./messages.ts";

export type Session = FoldedSession & {
  chatId: string;
  firstInboundAt: number | null;
  firstResponseAt: number | null;
  /** Who answered first; "" where nobody did or the event does not say. */
  firstResponder: string;
};

const fromCustomer = (message: Message) =>
  message.direction === "inbound" && message.author.kind === "customer";
const fromOperator = (message: Message) =>
  message.direction === "outbound" && message.author.kind === "operator";

export function sessionsOfChat(chat: ChatPlace, facts: Facts, messages: readonly Message[]): Session[] {
  const points: Point[] = [];
  for (const fact of facts.sessions) {
    if (chatIdOf(facts.names, "", fact.bitrixChat) !== chat.chatId) continue;
    const { at, sessionId, connector, line } = fact;
    if (fact.action === "start") {
      points.push({ kind: "start", at, sessionId, origin: fact.origin, connector, line });
    } else if (fact.origin !== "bot") {
      points.push({ kind: "finish", at, sessionId, origin: fact.origin });
    }
  }
  const said = messages.filter((message) => message.chatId === chat.chatId && message.counted);
  for (const message of said) {
    const opens = fromCustomer(message) && message.connector !== "";
    points.push({ kind: "message", at: message.sentAt, opens });
  }

  const folded = foldSessions(points);
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
    };
  });
}
