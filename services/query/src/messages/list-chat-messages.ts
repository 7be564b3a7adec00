import { Type } from "@sinclair/typebox";
import { findChat } from "../chats/find-chat.ts";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { Message } from "./message.ts";
import { readMessages } from "./read-messages.ts";

const Cursor = Type.Tuple([Type.Integer(), Type.String()]);

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
  handler: async (db, { params: { portal, chatId }, query }) => {
    const timeline = await findChat(db, portal, chatId);
    const cursor = decodeCursor(Cursor, query.cursor);
    const start =
      cursor === null
        ? 0
        : timeline.messages.findIndex(({ at, messageId }) => isAfter([at, messageId], cursor));
    const found = start < 0 ? [] : timeline.messages.slice(start, start + query.limit + 1);
    const page = pageOf(
      found,
      query.limit,
      (message) => ({ message, timeline }),
      ({ at, messageId }) => [at, messageId],
    );
    return { ...page, items: await readMessages(db, portal, page.items) };
  },
});

function isAfter([at, id]: [number, string], [cursorAt, cursorId]: [number, string]): boolean {
  return at > cursorAt || (at === cursorAt && id > cursorId);
}
