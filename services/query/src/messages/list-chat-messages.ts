import { Type } from "@sinclair/typebox";
import { findChatId } from "../chats/find-chat.ts";
import { decodeCursor, PageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { loadSql } from "../http/sql.ts";
import { startOfTime } from "../http/time.ts";
import { Message } from "./message.ts";
import { MessageCursor, type MessageKey, messagePage } from "./page.ts";

const findSql = loadSql(import.meta.url, "find-chat-messages.sql");
const oldest: MessageKey = [startOfTime, "", ""];

/** GET chats/{chatId}/messages: oldest first. */
export const listChatMessages = readRoute({
  path: "/v1/portals/:portal/chats/:chatId/messages",
  access: "portal",
  tag: "chats",
  summary: "Messages of a chat, oldest first",
  params: Type.Object({ ...PortalParameter, chatId: Type.String() }),
  querystring: Type.Object(pageParameters, { additionalProperties: false }),
  response: PageOf(Message),
  problems: ["chat_not_found"],
  handler: async (db, { params: { portal, chatId }, query, pace }) => {
    const after = decodeCursor(MessageCursor, query.cursor) ?? oldest;
    const filter = { portal, chatId: await findChatId(db, portal, chatId) };
    return messagePage(db, pace, portal, query.limit, after, ([afterAt, afterKey, afterName], limit) => ({
      sql: findSql,
      params: { ...filter, afterAt, afterKey, afterName, limit },
    }));
  },
});
