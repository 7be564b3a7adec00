import { type Static, Type } from "@sinclair/typebox";
import { orNull } from "../http/schemas.ts";
import { isoTimeOf, Time } from "../http/time.ts";
import type { ChatName } from "../timeline/chat-names.ts";
import type { DescribedSession } from "../timeline/describe-sessions.ts";

export const SessionStates = Type.Union([Type.Literal("open"), Type.Literal("closed")]);

export const Session = Type.Object({
  sessionId: orNull(Type.String({ description: "null where no event told it" })),
  chatId: Type.String(),
  connector: orNull(Type.String()),
  line: orNull(Type.String()),
  openedAt: Time("When it opened"),
  closedAt: orNull(Time("When it was finished or another one took its place")),
  state: SessionStates,
  openedBy: Type.Union(
    [
      Type.Literal("dialog"),
      Type.Literal("session"),
      Type.Literal("bot"),
      Type.Literal("message"),
      Type.Literal("finish"),
    ],
    {
      description:
        "What told of it first: a dialog or session start, a bot's event, a customer's message, or only its finish",
    },
  ),
  parentSessionId: orNull(Type.String()),
  firstInboundAt: orNull(Time("The customer's first message")),
  firstResponseAt: orNull(Time("The first answer of an operator to it")),
  firstResponseSeconds: orNull(Type.Number()),
  durationSeconds: orNull(Type.Number({ description: "null while it is open" })),
  messages: Type.Object({ inbound: Type.Integer(), outbound: Type.Integer(), system: Type.Integer() }),
  operators: Type.Array(Type.String(), { description: "User ids of the operators who wrote" }),
});
export type Session = Static<typeof Session>;

export function sessionOf(session: DescribedSession, chat: ChatName): Session {
  const { firstInboundAt, firstResponse, openedAt, closedAt } = session;
  const waited = firstInboundAt === null || firstResponse === null ? null : firstResponse.at - firstInboundAt;
  return {
    sessionId: session.sessionId,
    chatId: chat.chatId,
    connector: session.connector || chat.connector,
    line: session.line || chat.line,
    openedAt: isoTimeOf(openedAt),
    closedAt: closedAt === null ? null : isoTimeOf(closedAt),
    state: closedAt === null ? "open" : "closed",
    openedBy: session.openedBy,
    parentSessionId: session.parentSessionId,
    firstInboundAt: firstInboundAt === null ? null : isoTimeOf(firstInboundAt),
    firstResponseAt: firstResponse === null ? null : isoTimeOf(firstResponse.at),
    firstResponseSeconds: waited === null ? null : waited / 1000,
    durationSeconds: closedAt === null ? null : (closedAt - openedAt) / 1000,
    messages: session.messages,
    operators: session.operators,
  };
}
