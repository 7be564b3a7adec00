import type { ClickHouse } from "@portalstream/clickhouse";
import { Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { parseTime, TimeParameter } from "../http/time.ts";
import { chatNamesOf, unnamedChat } from "../timeline/chat-names.ts";
import { loadSqlWithIncludes } from "../timeline/include-sql.ts";
import { loadTimelines, type Timeline } from "../timeline/load-timelines.ts";
import type { AuthorKind, Direction } from "../timeline/points.ts";
import { stateTables } from "../timeline/tables.ts";
import { AuthorKinds, Directions, Message } from "./message.ts";
import { readMessages } from "./read-messages.ts";

const findSql = loadSqlWithIncludes(import.meta.url, "find-messages.sql");
const Cursor = Type.Tuple([Type.Integer(), Type.String()]);
const newest: [number, string] = [Number.MAX_SAFE_INTEGER, ""];

type Found = {
  messageId: string;
  sentAt: number;
  chatName: string;
  direction: Direction;
  authorKind: AuthorKind;
  authorId: string;
};

/** GET messages: newest first. */
export const listMessages = readRoute({
  path: "/v1/portals/:portal/messages",
  access: "portal",
  tag: "messages",
  summary: "Messages of a portal, newest first",
  params: Type.Object(PortalParameter),
  querystring: Type.Object(
    {
      from: Type.Optional(TimeParameter("Sent at this time or later")),
      to: Type.Optional(TimeParameter("Sent before this time")),
      line: Type.Optional(Type.String()),
      connector: Type.Optional(Type.String()),
      direction: Type.Optional(Directions),
      author: Type.Optional(AuthorKinds),
      operator: Type.Optional(Type.String({ description: "User id of the operator who wrote it" })),
      q: Type.Optional(
        Type.String({ maxLength: 500, description: "Words that all occur in the text, in any case" }),
      ),
      deleted: Type.Optional(Type.Boolean({ description: "Whether it was deleted" })),
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: PageOf(Message),
  handler: async (db, { params: { portal }, query }) => {
    const [beforeAt, beforeId] = decodeCursor(Cursor, query.cursor) ?? newest;
    const found = await db.query<Found>(findSql, {
      bots: stateTables.bots,
      portal,
      from: parseTime("from", query.from) ?? Number.MIN_SAFE_INTEGER,
      to: parseTime("to", query.to) ?? Number.MAX_SAFE_INTEGER,
      line: query.line ?? "",
      connector: query.connector ?? "",
      direction: query.direction ?? "",
      author: query.author ?? "",
      operator: query.operator ?? "",
      deleted: query.deleted === undefined ? "" : String(query.deleted),
      words: (query.q ?? "").split(/\s+/u).filter((word) => word !== ""),
      beforeAt,
      beforeId,
      limit: query.limit + 1,
    });
    const page = pageOf(
      found,
      query.limit,
      (row) => row,
      ({ sentAt, messageId }) => [sentAt, messageId],
    );
    return { ...page, items: await whole(db, portal, page.items) };
  },
});

async function whole(db: ClickHouse, portal: string, found: readonly Found[]): Promise<Message[]> {
  const chats = [...new Set(found.map((row) => row.chatName))];
  const timelines = await loadTimelines(db, portal, await chatNamesOf(db, portal, chats));
  const byName = new Map(
    timelines.flatMap((timeline) =>
      [timeline.name.chatId, ...timeline.name.aliases].map((name): [string, Timeline] => [name, timeline]),
    ),
  );
  return readMessages(
    db,
    portal,
    found.map(({ messageId, sentAt, chatName, direction, authorKind, authorId }) => ({
      message: { messageId, at: sentAt, direction, author: { kind: authorKind, id: authorId } },
      timeline: byName.get(chatName) ?? { name: unnamedChat(chatName), messages: [], sessions: [] },
    })),
  );
}
