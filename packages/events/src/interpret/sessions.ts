import type { FormMap } from "../form/form.ts";
import type { Session, SessionAction, SessionEvent, SessionOrigin } from "../records.gen.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, itemsOf, missing, needId } from "./read.ts";
import { neededLine, type Side } from "./side.ts";

/**
 * ONSESSION* and ONIMCONNECTORDIALOG*. The chat ids of ONSESSION* are Bitrix24's; those of the dialog events are the connector's, as
 * in message events, and `connector.user_id` is the user of that name.
 */
export const sessions = (origin: SessionOrigin, action: SessionAction) =>
  interpreter((value, side): Interpreted<SessionEvent> => {
    const data = asMap(value, "data");
    const items = itemsOf(data, "DATA").map((item) => sessionOf(side, data, item, origin));
    return { kind: "session", action, origin, sessions: items };
  });

type Name = Pick<Session, "connector" | "line" | "externalChatId" | "connectorUserId" | "bitrixChatId">;

function sessionOf(side: Side, data: FormMap, item: FormMap, origin: SessionOrigin): Session {
  const place = side.map("", item, "connector");
  const chat = side.map("", item, "chat");
  const session = side.map("", item, "session");
  const line = side.map("", item, "line");
  const name =
    origin === "dialog" ? externalName(side, data, place, chat) : bitrixName(side, data, place, chat);
  const user = side.map("", item, "user");
  return {
    sessionId: side.idOrZero("session", session, "id"),
    parentSessionId: side.idOrZero("session", session, "parent_id"),
    ...name,
    line: name.line ?? side.id("line", line, "id"),
    lineName: side.id("line", line, "name"),
    customerUserId: side.idOrZero("connector", place, "user_id") ?? side.idOrZero("user", user, "id"),
    closeTerm: side.id("session", session, "close_term"),
  };
}

function externalName(side: Side, data: FormMap, place: FormMap | null, chat: FormMap | null): Name {
  return {
    connector: side.id("connector", place, "connector_id") ?? needId(data, "CONNECTOR", "connector"),
    line: neededLine(side, place, data),
    externalChatId: idOf(place, "chat_id") ?? needId(chat, "id", "chat_id"),
    connectorUserId: side.id("connector", place, "user_id"),
    bitrixChatId: null,
  };
}

function bitrixName(side: Side, data: FormMap, place: FormMap | null, chat: FormMap | null): Name {
  const told = side.idOrZero("chat", chat, "chat_id", "id") ?? side.idOrZero("connector", place, "chat_id");
  return {
    connector: side.id("connector", place, "connector_id") ?? side.id("", data, "CONNECTOR", "connector"),
    line: side.id("connector", place, "line_id") ?? side.id("", data, "LINE", "line"),
    externalChatId: null,
    connectorUserId: null,
    bitrixChatId: told ?? missing("chat.chat_id"),
  };
}
