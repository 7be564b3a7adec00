import type { ClickHouse, Pace, Params } from "@portalstream/clickhouse";
import { Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { mapInSlices } from "../http/slices.ts";
import { endOfTime, parseTime, startOfTime, TimeParameter } from "../http/time.ts";
import { loadSqlWithIncludes } from "../lists/include-sql.ts";
import { latestRows } from "../lists/latest-rows.ts";
import { Chat, type ChatRow, ChatStates, chatOf } from "./chat.ts";

const Sorts = Type.Union([Type.Literal("id"), Type.Literal("activity")], {
  default: "id",
  description:
    "activity: the chat in which something happened last comes first. A chat that becomes active while pages are read moves to the top " +
    "of a new first page; no other chat is left out or shown twice",
});

/** Of `sort=id`. */
const IdCursor = Type.String();
/** Of `sort=activity`: when it was active last, and its id. */
const ActivityCursor = Type.Tuple([Type.Integer(), Type.String()]);

const byIdSql = loadSqlWithIncludes(import.meta.url, "find-chats-by-id.sql");
const byActivitySql = loadSqlWithIncludes(import.meta.url, "find-chats-by-activity.sql");
const readSql = loadSqlWithIncludes(import.meta.url, "read-chats.sql");

/** GET chats */
export const listChats = readRoute({
  path: "/v1/portals/:portal/chats",
  access: "portal",
  tag: "chats",
  summary: "Chats of a portal, by chat id or by their last activity",
  params: Type.Object(PortalParameter),
  querystring: Type.Object(
    {
      line: Type.Optional(Type.String()),
      connector: Type.Optional(Type.String()),
      state: Type.Optional(ChatStates),
      externalChatId: Type.Optional(Type.String()),
      bitrixChatId: Type.Optional(Type.String()),
      from: Type.Optional(TimeParameter("Last active at this time or later")),
      to: Type.Optional(TimeParameter("Last active before this time")),
      sort: Sorts,
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: PageOf(Chat),
  handler: async (db, { params: { portal }, query, pace }) => {
    const { sort, limit, cursor } = query;
    const filter = {
      portal,
      line: query.line ?? "",
      connector: query.connector ?? "",
      state: query.state ?? "",
      externalChatId: query.externalChatId ?? "",
      bitrixChatId: query.bitrixChatId ?? "",
      from: parseTime("from", query.from) ?? startOfTime,
      to: parseTime("to", query.to) ?? endOfTime,
    };
    if (sort === "id") {
      const start = decodeCursor(IdCursor, cursor) ?? "";
      const rows = await latestChats(db, pace, portal, limit + 1, isSameChat, (most, after) => ({
        sql: byIdSql,
        params: { ...filter, afterId: after?.chatId ?? start, limit: most },
      }));
      return whole(
        pageOf(rows, limit, asIs, ({ chatId }) => chatId),
        pace,
      );
    }
    const [startAt, startId] = decodeCursor(ActivityCursor, cursor) ?? [endOfTime, ""];
    const together: Together = (one, other) => isSameChat(one, other) && one.activeAt === other.activeAt;
    const rows = await latestChats(db, pace, portal, limit + 1, together, (most, after) => ({
      sql: byActivitySql,
      params: {
        ...filter,
        beforeAt: after?.activeAt ?? startAt,
        beforeId: after?.chatId ?? startId,
        limit: most,
      },
    }));
    return whole(
      pageOf(rows, limit, asIs, ({ activeAt, chatId }) => [activeAt, chatId]),
      pace,
    );
  },
});

type Found = { chatId: string; activeAt: number; version: string };
type Row = ChatRow & { activeAt: number; version: string };

/** Whether rows lie at one position of the list. */
type Together = (one: Found, other: Found) => boolean;

const isSameChat: Together = (one, other) => one.chatId === other.chatId;

const asIs = (row: Row): Row => row;

async function whole({ items, nextCursor }: { items: Row[]; nextCursor: string | null }, pace: Pace) {
  return { items: await mapInSlices(items, pace, chatOf), nextCursor };
}

function latestChats(
  db: ClickHouse,
  pace: Pace,
  portal: string,
  count: number,
  together: Together,
  find: (limit: number, after: Found | null) => { sql: string; params: Params },
): Promise<Row[]> {
  return latestRows<Found, Row>(count, pace, {
    find: (limit, after) => {
      const { sql, params } = find(limit, after);
      return db.query<Found>(sql, params);
    },
    together,
    read: (found) =>
      db.query<Row>(readSql, {
        portal,
        ids: found.map(({ chatId }) => chatId),
      }),
    keyOf: ({ chatId }) => chatId,
  });
}
