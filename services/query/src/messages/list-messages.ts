import { Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { endOfTime, parseTime, startOfTime, TimeParameter } from "../http/time.ts";
import { loadSqlWithIncludes } from "../lists/include-sql.ts";
import { AuthorKinds, Directions, Message } from "./message.ts";
import { MessageCursor, type MessageKey, messagePage } from "./page.ts";

const findSql = loadSqlWithIncludes(import.meta.url, "find-messages.sql");
const searchSql = loadSqlWithIncludes(import.meta.url, "search-messages.sql");
const newest: MessageKey = [endOfTime, "", ""];

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
        Type.String({
          maxLength: 500,
          description:
            "Words, or parts of words, that all occur in the text, in any case; е and ё are the same letter",
        }),
      ),
      deleted: Type.Optional(Type.Boolean({ description: "Whether it was deleted" })),
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: PageOf(Message),
  handler: (db, { params: { portal }, query, pace }) => {
    const after = decodeCursor(MessageCursor, query.cursor) ?? newest;
    const filter = {
      portal,
      from: parseTime("from", query.from) ?? startOfTime,
      to: parseTime("to", query.to) ?? endOfTime,
      line: query.line ?? "",
      connector: query.connector ?? "",
      direction: query.direction ?? "",
      author: query.author ?? "",
      operator: query.operator ?? "",
      deleted: query.deleted === undefined ? "" : String(query.deleted),
    };
    const words = (query.q ?? "").split(/\s+/u).filter((word) => word !== "");
    const asked =
      words.length === 0
        ? { sql: findSql, params: filter }
        : { sql: searchSql, params: { ...filter, words } };
    return messagePage(db, pace, portal, query.limit, after, ([beforeAt, beforeKey, beforeName], limit) => ({
      sql: asked.sql,
      params: { ...asked.params, beforeAt, beforeKey, beforeName, limit },
    }));
  },
});
