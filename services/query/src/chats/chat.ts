import type { ClickHouse } from "@portalstream/clickhouse";
import { type Static, Type } from "@sinclair/typebox";
import { orNull } from "../http/schemas.ts";
import { loadSql } from "../http/sql.ts";
import { isoTimeOf, Time } from "../http/time.ts";
import { Session, sessionOf } from "../sessions/session.ts";
import { sortedSet } from "../timeline/describe-sessions.ts";
import type { Timeline, TimelineMessage } from "../timeline/load-timelines.ts";

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
  bots: Type.Array(Type.String(), { description: "User ids of the bots whose events name the chat" }),
  crm: Type.Array(Type.Object({ type: Type.String(), id: Type.String() })),
});
export type Chat = Static<typeof Chat>;

const extrasSql = loadSql(import.meta.url, "chat-extras.sql");
type Extras = { bitrix_chat: string; bots: string[]; crm: [string, string][] };

export async function chatsOf(
  db: ClickHouse,
  portal: string,
  timelines: readonly Timeline[],
): Promise<Chat[]> {
  const bitrixChats = timelines.flatMap(({ name }) => name.bitrixChatId ?? []);
  const rows = bitrixChats.length === 0 ? [] : await db.query<Extras>(extrasSql, { portal, bitrixChats });
  const extras = new Map(rows.map((row) => [row.bitrix_chat, row]));
  return timelines.map((timeline) => chatOf(timeline, extras.get(timeline.name.bitrixChatId ?? "")));
}

export function stateOf({ sessions }: Timeline): Static<typeof ChatStates> {
  const last = sessions.at(-1);
  if (last === undefined) return "none";
  return last.closedAt === null ? "open" : "closed";
}

function chatOf(timeline: Timeline, extras: Extras | undefined): Chat {
  const { aliases: _, ...name } = timeline.name;
  const last = timeline.sessions.at(-1);
  const counted = timeline.messages.filter((message) => message.counted);
  const crm = (extras?.crm ?? []).map(([type, id]) => ({ type, id }));
  return {
    ...name,
    state: stateOf(timeline),
    session: last === undefined ? null : sessionOf(last, timeline.name),
    firstMessageAt: timeOf(counted.at(0)),
    lastMessageAt: timeOf(counted.at(-1)),
    messages: countsOf(counted),
    operators: sortedSet(counted.flatMap((message) => (isByOperator(message) ? message.author.id : []))),
    bots: sortedSet(extras?.bots ?? []),
    crm: crm.sort((a, b) => (`${a.type} ${a.id}` < `${b.type} ${b.id}` ? -1 : 1)),
  };
}

function timeOf(message: TimelineMessage | undefined): string | null {
  return message === undefined ? null : isoTimeOf(message.at);
}

function isByOperator({ direction, author }: TimelineMessage): boolean {
  return direction === "outbound" && author.kind === "operator" && author.id !== "";
}

function countsOf(messages: readonly TimelineMessage[]): Chat["messages"] {
  const counts = { inbound: 0, outbound: 0, system: 0, edited: 0, deleted: 0 };
  for (const { author, direction, edited, deleted } of messages) {
    counts[author.kind === "system" ? "system" : direction] += 1;
    if (edited) counts.edited += 1;
    if (deleted) counts.deleted += 1;
  }
  return counts;
}
