import type { FormMap } from "../form/form.ts";
import type { Message, MessageAction, MessageEvent } from "../records.gen.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, isYes, itemsOf, mapOf, needId, needMap, textOf, textsOf } from "./read.ts";
import { filesOf, splitSignature } from "./texts.ts";

/**
 * ONOPENLINEMESSAGEADD, UPDATE and DELETE. `CONNECTOR` beside `DATA` means that it was said in Bitrix24 (operator, bot or system);
 * without it the customer said it. `message.id` is Bitrix24's for operators and the connector's for customers; events that carry
 * `im` (operators' edits and deletions) name Bitrix24's message there and the connector's in `message.id`.
 */
export const openLineMessages = (action: MessageAction) =>
  interpreter((value): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const connector = idOf(data, "CONNECTOR", "connector");
    const line = idOf(data, "LINE", "line");
    const messages = itemsOf(data, "DATA").map((item) =>
      connector === null ? fromCustomer(item, line) : fromPortal(item, connector, line, action),
    );
    return { kind: "message", action, origin: "openLine", messages, bot: null, drift: [] };
  });

function fromCustomer(item: FormMap, line: string | null): Message {
  const connector = mapOf(item, "connector");
  const message = needMap(item, "message");
  const chat = mapOf(item, "chat");
  return {
    bitrixMessageId: null,
    externalMessageIds: [needId(message, "id")],
    connector: needId(connector, "connector_id"),
    line: idOf(connector, "line_id") ?? line,
    externalChatId: idOf(connector, "chat_id") ?? needId(chat, "id"),
    connectorUserId: idOf(connector, "user_id"),
    bitrixChatId: null,
    direction: "inbound",
    authorKind: isYes(message, "system") ? "system" : "customer",
    authorId: idOf(message, "user_id") ?? idOf(connector, "user_id"),
    authorName: idOf(chat, "name"),
    text: textOf(message, "text"),
    files: filesOf(message),
  };
}

function fromPortal(item: FormMap, connector: string, line: string | null, action: MessageAction): Message {
  const im = mapOf(item, "im");
  const message = mapOf(item, "message");
  const place = mapOf(item, "connector");
  const { text, name } = splitSignature(textOf(message, "text"));
  const authorId = idOf(message, "user_id");
  return {
    bitrixMessageId: im === null ? needId(message, "id") : needId(im, "message_id"),
    externalMessageIds: im === null ? [] : textsOf(message, "id"),
    connector,
    line: line ?? idOf(place, "line_id"),
    externalChatId: idOf(place, "chat_id") ?? idOf(mapOf(item, "chat"), "id"),
    connectorUserId: idOf(place, "user_id"),
    bitrixChatId: idOf(im, "chat_id") ?? idOf(message, "chat_id"),
    direction: "outbound",
    authorKind:
      isYes(message, "system") || authorId === "0" ? "system" : action === "add" ? "operator" : "unknown",
    authorId,
    authorName: name,
    text,
    files: filesOf(message),
  };
}
