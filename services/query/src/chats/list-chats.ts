import type { ClickHouse, Params } from "@portalstream/clickhouse";
import { Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { endOfTime, parseTime, startOfTime, TimeParameter } from "../http/time.ts";
import { loadSqlWithIncludes } from "../lists/include-sql.ts";
import { latestRows } from "../lists/latest-page.ts";
import { Chat, type ChatRow, ChatStates, chatOf } from "./chat.ts";

const Sorts = Type.Union([Type.Literal("id"), Type.Literal("activity")], {
  default: "id",
  description:
    "activity: the chat in which something happened last comes first. A chat that becomes active while pages are read moves to the top " +
    "of a new first page; no other chat is left out or told twice",
});

/** Of `sort=id`. */
const IdCursor = Type.String();
/** Of `sort=activity`: when it was active last, and its id. */
const ActivityCursor = Type.Tuple([Type.Integer(), Type.String()]);
type Key = [activeAt: number, chatId: string];

const byIdSql = loadSqlWithIncludes(import.meta.url, "chats-by-id.sql");
const byActivitySql = loadSqlWithIncludes(import.meta.url, "chats-by-activity.sql");

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
  handler: async (db, { params: { portal }, query }) => {
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
    const { sort, limit, cursor } = query;
    if (sort === "id") {
      const after = decodeCursor(IdCursor, cursor) ?? "";
      const rows = await find(db, byIdSql, limit + 1, [0, after], ([, afterId]) => ({ ...filter, afterId }));
      return pageOf(rows, limit, chatOf, ({ chatId }) => chatId);
    }
    const before = decodeCursor(ActivityCursor, cursor) ?? [endOfTime, ""];
    const rows = await find(db, byActivitySql, limit + 1, before, ([beforeAt, beforeId]) => ({
      ...filter,
      beforeAt,
      beforeId,
    }));
    return pageOf(rows, limit, chatOf, ({ activeAt, chatId }) => [activeAt, chatId]);
  },
});

type Row = ChatRow & { activeAt: number; counts: boolean; foundCount: number; last: Key };

function find(
  db: ClickHouse,
  sql: string,
  count: number,
  after: Key,
  paramsFrom: (key: Key) => Params,
): Promise<Row[]> {
  return latestRows<Row, Key>(count, after, async (batch, start) => {
    const rows = await db.query<Row>(sql, { ...paramsFrom(start), batch });
    return { rows, found: rows[0]?.foundCount ?? 0, last: rows[0]?.last ?? null };
  });
}
