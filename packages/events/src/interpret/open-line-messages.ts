import type { FormMap } from "../form/form.ts";
import type { Message, MessageAction, MessageEvent } from "../records.gen.ts";
import { filesOf } from "./files.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, isIndex, itemsOf, mapOf, needId, needMap, ShapeFault } from "./read.ts";
import { neededLine, type Side } from "./side.ts";
import { splitSignature } from "./signature.ts";
import { noteUnread } from "./unread.ts";

/**
 * ONOPENLINEMESSAGEADD, UPDATE and DELETE. `CONNECTOR` beside `DATA` means that it was said in Bitrix24 (operator, bot or system);
 * without it, it came in through the connector. `message.id` is Bitrix24's for operators and the connector's for customers; events
 * that carry `im` (operators' edits and deletions) name Bitrix24's message there and the connector's in `message.id`.
 */
export const openLineMessages = (action: MessageAction) =>
  interpreter((value, side): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const connector = idOf(data, "CONNECTOR", "connector");
    const messages = itemsOf(data, "DATA").map((item) =>
      connector === null
        ? throughConnector(side, data, item)
        : fromPortal(side, data, item, connector, action),
    );
    return { kind: "message", action, origin: "openLine", messages, bot: null };
  });

/** Of the customer, unless `message.user_id` is somebody else: then it is an answer that the company gave outside Bitrix24. */
function throughConnector(side: Side, data: FormMap, item: FormMap): Message {
  const place = needMap(item, "connector");
  const message = needMap(item, "message");
  const chat = side.map("", item, "chat");
  const customer = side.id("connector", place, "user_id");
  const author = side.id("message", message, "user_id");
  const outside = author !== null && (customer === null ? author === "0" : author !== customer);
  const system = side.isYes("message", message, "system");
  noteUnread(side, item, message);
  return {
    bitrixMessageId: null,
    externalMessageIds: externalIdsOf(message),
    connector: needId(place, "connector_id"),
    line: neededLine(side, place, data),
    externalChatId: idOf(place, "chat_id") ?? needId(chat, "id"),
    connectorUserId: customer,
    bitrixChatId: null,
    direction: outside ? "outbound" : "inbound",
    authorKind: system ? "system" : outside ? "operator" : "customer",
    authorId: outside ? (author === "0" ? null : author) : (author ?? customer),
    authorName: outside ? null : side.id("chat", chat, "name"),
    text: side.text("message", message, "text"),
    files: filesOf(side, "message", message, "files", "FILES"),
  };
}

/** The connector's ids of the message: one, or a list. */
function externalIdsOf(message: FormMap): string[] {
  const value = message.get("id");
  if (!(value instanceof Map)) return [needId(message, "id")];
  return [...value].map(([name, id]) => {
    if (isIndex(name) && typeof id === "string" && id !== "") return id;
    throw new ShapeFault("expected_text", "id");
  });
}

function fromPortal(
  side: Side,
  data: FormMap,
  item: FormMap,
  connector: string,
  action: MessageAction,
): Message {
  const im = mapOf(item, "im");
  const message = im === null ? needMap(item, "message") : side.map("", item, "message");
  const place = side.map("", item, "connector");
  const chat = side.map("", item, "chat");
  const files = filesOf(side, "message", message, "files", "FILES");
  const { text, name } = splitSignature(side.text("message", message, "text"), files);
  const authorId = side.id("message", message, "user_id");
  const system = side.isYes("message", message, "system") || authorId === "0";
  noteUnread(side, item, message);
  return {
    bitrixMessageId: im === null ? needId(message, "id") : needId(im, "message_id"),
    externalMessageIds: im === null ? [] : side.texts("message", message, "id"),
    connector,
    line: side.id("", data, "LINE", "line") ?? side.id("connector", place, "line_id"),
    externalChatId: side.id("connector", place, "chat_id") ?? side.id("chat", chat, "id"),
    connectorUserId: side.id("connector", place, "user_id"),
    bitrixChatId: side.idOrZero("im", im, "chat_id") ?? side.idOrZero("message", message, "chat_id"),
    direction: "outbound",
    authorKind: system ? "system" : action === "add" ? "operator" : "unknown",
    authorId,
    authorName: name,
    text,
    files,
  };
}
