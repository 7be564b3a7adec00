import { type Static, Type } from "@sinclair/typebox";
import { orNull } from "../http/schemas.ts";
import { Time } from "../http/time.ts";
import { Session, type SessionRow, sessionOf } from "../sessions/session.ts";

export const ChatStates = Type.Union([Type.Literal("open"), Type.Literal("closed"), Type.Literal("none")]);

export const Chat = Type.Object({
  chatId: Type.String(),
  bitrixChatId: orNull(Type.String()),
  externalChatId: orNull(Type.String()),
  connector: orNull(Type.String()),
  line: orNull(Type.String()),
  state: ChatStates,
  session: orNull(Session, { description: "The last one" }),
  firstMessageAt: orNull(Time("The first message counted")),
  lastMessageAt: orNull(Time("The last message counted")),
  messages: Type.Object({
    inbound: Type.Integer(),
    outbound: Type.Integer(),
    system: Type.Integer(),
    edited: Type.Integer(),
    deleted: Type.Integer(),
  }),
  operators: Type.Array(Type.String(), { description: "User ids of the operators who wrote" }),
  bots: Type.Array(Type.String(), {
    description: "User ids of the bots whose events name the chat, whether they joined it or not",
  }),
  crm: Type.Array(Type.Object({ type: Type.String(), id: Type.String() })),
});
export type Chat = Static<typeof Chat>;

/** As the SQL answers. `session`: its last session as JSON, in the columns of the table sessions; `crm`: `type|id`. */
export type ChatRow = Omit<Chat, "session" | "crm"> & { session: string; crm: string[] };

export function chatOf({ session, crm, ...row }: ChatRow): Chat {
  return {
    chatId: row.chatId,
    bitrixChatId: row.bitrixChatId,
    externalChatId: row.externalChatId,
    connector: row.connector,
    line: row.line,
    state: row.state,
    session: session === "" ? null : sessionOf(parsed(session)),
    firstMessageAt: row.firstMessageAt,
    lastMessageAt: row.lastMessageAt,
    messages: row.messages,
    operators: row.operators,
    bots: row.bots,
    crm: crm.map(entityOf),
  };
}

const parsed = (json: string): SessionRow => JSON.parse(json);

function entityOf(text: string): { type: string; id: string } {
  const bar = text.lastIndexOf("|");
  return { type: text.slice(0, bar), id: text.slice(bar + 1) };
}
