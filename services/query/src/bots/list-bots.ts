import { type Static, Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, type Route, readRoute } from "../http/route.ts";
import { orNull } from "../http/schemas.ts";
import { loadSql } from "../http/sql.ts";
import { isoTimeOf, Time } from "../http/time.ts";

const botsSql = loadSql(import.meta.url, "bots.sql");

const BotChat = Type.Object({
  dialogId: orNull(Type.String({ description: "As Bitrix24 names the dialog: chat1157, or a user's id" })),
  chatId: orNull(Type.String({ description: "null for a private dialog" })),
  chatType: orNull(
    Type.String({ description: "private, group, open, openLine, system, or the letter as sent" }),
  ),
  joinedAt: Time("When it joined first"),
  invitedBy: orNull(Type.String({ description: "User id" })),
});
const Bot = Type.Object({
  botId: Type.String(),
  code: orNull(Type.String({ description: "BOT_CODE" })),
  deletedAt: orNull(Time("When it was deleted")),
  chats: Type.Array(BotChat),
});

type Join = [
  at: number,
  eventId: string,
  dialogId: string,
  bitrixChat: string,
  chatType: string,
  userId: string,
];
type Row = { botId: string; code: string; deletedMs: number; joins: Join[] };

const listBots = readRoute({
  path: "/v1/portals/:portal/bots",
  access: "portal",
  tag: "bots",
  summary: "Bots of a portal and the chats they joined, by botId",
  params: Type.Object(PortalParameter),
  querystring: Type.Object(pageParameters, { additionalProperties: false }),
  response: PageOf(Bot),
  handler: async (db, { params: { portal }, query }) => {
    const after = decodeCursor(Type.String(), query.cursor) ?? "";
    const rows = await db.query<Row>(botsSql, { portal, after, limit: query.limit + 1 });
    return pageOf(rows, query.limit, botOf, (row) => row.botId);
  },
});

const botOf = ({ botId, code, deletedMs, joins }: Row): Static<typeof Bot> => ({
  botId,
  code: code || null,
  deletedAt: deletedMs === 0 ? null : isoTimeOf(deletedMs),
  chats: firstJoins(joins).map(([at, , dialogId, bitrixChat, chatType, userId]) => ({
    dialogId: dialogId || null,
    chatId: bitrixChat === "" ? null : `b${bitrixChat}`,
    chatType: chatType || null,
    joinedAt: isoTimeOf(at),
    invitedBy: userId || null,
  })),
});

/** Of every chat the first join, in order of time. */
function firstJoins(joins: readonly Join[]): Join[] {
  const ordered = joins.toSorted(
    (a, b) => a[0] - b[0] || (a[2] === b[2] ? compare(a[1], b[1]) : compare(a[2], b[2])),
  );
  const seen = new Set<string>();
  return ordered.filter(([, , dialogId, bitrixChat]) => {
    const chat = JSON.stringify([dialogId, bitrixChat]);
    return !seen.has(chat) && seen.add(chat);
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const botRoutes: readonly Route[] = [listBots];
