import type { FormMap } from "../form/form.ts";
import type { Message, MessageAction, MessageEvent } from "../records.gen.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, itemsOf, mapOf, needId, needMap, textOf, textsOf } from "./read.ts";
import { filesOf, splitSignature } from "./texts.ts";

/** ONIMCONNECTORMESSAGEADD, UPDATE and DELETE: what left an open line for the application's own connector. Older senders write `DATA` for `MESSAGES`. */
export const connectorMessages = (action: MessageAction) =>
  interpreter((value): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const connector = needId(data, "CONNECTOR", "connector");
    const line = idOf(data, "LINE", "line");
    const messages = itemsOf(data, data.has("MESSAGES") ? "MESSAGES" : "DATA").map((item) =>
      leaving(item, connector, line),
    );
    return { kind: "message", action, origin: "connector", messages, bot: null, drift: [] };
  });

function leaving(item: FormMap, connector: string, line: string | null): Message {
  const im = needMap(item, "im");
  const message = mapOf(item, "message");
  const authorId = idOf(message, "user_id");
  const { text, name } = splitSignature(textOf(message, "text"));
  return {
    bitrixMessageId: needId(im, "message_id"),
    externalMessageIds: textsOf(message, "id"),
    connector,
    line,
    externalChatId: idOf(mapOf(item, "chat"), "id"),
    connectorUserId: null,
    bitrixChatId: idOf(im, "chat_id"),
    direction: "outbound",
    authorKind: authorId === null ? "unknown" : authorId === "0" ? "system" : "operator",
    authorId,
    authorName: name,
    text,
    files: filesOf(message),
  };
}
