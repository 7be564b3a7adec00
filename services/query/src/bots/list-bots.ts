import { type Static, Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, type Route, readRoute } from "../http/route.ts";
import { orNull } from "../http/schemas.ts";
import { eachInSlices } from "../http/slices.ts";
import { loadSql } from "../http/sql.ts";
import { isoTimeOf, Time } from "../http/time.ts";

const botsSql = loadSql(import.meta.url, "bots.sql");
const joinsSql = loadSql(import.meta.url, "first-joins.sql");

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

type BotRow = { botId: string; code: string; deletedMs: number };
type JoinRow = {
  botId: string;
  dialogId: string;
  bitrixChat: string;
  joinedMs: number;
  chatType: string;
  userId: string;
};

const listBots = readRoute({
  path: "/v1/portals/:portal/bots",
  access: "portal",
  tag: "bots",
  summary: "Bots of a portal and the chats they joined, by botId",
  params: Type.Object(PortalParameter),
  querystring: Type.Object(pageParameters, { additionalProperties: false }),
  response: PageOf(Bot),
  handler: async (db, { params: { portal }, query, pace }) => {
    const after = decodeCursor(Type.String(), query.cursor) ?? "";
    const rows = await db.query<BotRow>(botsSql, { portal, after, limit: query.limit + 1 });
    const page = pageOf(rows, query.limit, botOf, (row) => row.botId);
    const bots = page.items.map(({ botId }) => botId);
    const chats = new Map(page.items.map((bot) => [bot.botId, bot.chats]));
    const joins = await db.query<JoinRow>(joinsSql, { portal, bots });
    await eachInSlices(joins, pace, (join) => chats.get(join.botId)?.push(chatOf(join)));
    return page;
  },
});

const botOf = ({ botId, code, deletedMs }: BotRow): Static<typeof Bot> => ({
  botId,
  code: code || null,
  deletedAt: deletedMs === 0 ? null : isoTimeOf(deletedMs),
  chats: [],
});

const chatOf = ({ dialogId, bitrixChat, joinedMs, chatType, userId }: JoinRow): Static<typeof BotChat> => ({
  dialogId: dialogId || null,
  chatId: bitrixChat === "" ? null : `b${bitrixChat}`,
  chatType: chatType || null,
  joinedAt: isoTimeOf(joinedMs),
  invitedBy: userId || null,
});

export const botRoutes: readonly Route[] = [listBots];
