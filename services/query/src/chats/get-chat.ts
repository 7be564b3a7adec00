import { Type } from "@sinclair/typebox";
import { PortalParameter, readRoute } from "../http/route.ts";
import { Chat } from "./chat.ts";
import { findChat } from "./find-chat.ts";

/** GET chats/{chatId} */
export const getChat = readRoute({
  path: "/v1/portals/:portal/chats/:chatId",
  access: "portal",
  tag: "chats",
  summary: "A chat: its state, its last session, who took part",
  description: "An id that begins with x stays valid when the chat turns out to be a Bitrix24 chat.",
  params: Type.Object({ ...PortalParameter, chatId: Type.String() }),
  querystring: Type.Object({}, { additionalProperties: false }),
  response: Chat,
  problems: ["chat_not_found"],
  handler: (db, { params: { portal, chatId } }) => findChat(db, portal, chatId),
});
