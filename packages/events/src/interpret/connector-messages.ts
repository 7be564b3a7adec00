import type { FormMap } from "../form/form.ts";
import type { Message, MessageAction, MessageEvent } from "../records.gen.ts";
import { filesOf } from "./files.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, itemsOf, needId, needMap } from "./read.ts";
import type { Side } from "./side.ts";
import { splitSignature } from "./signature.ts";
import { noteUnread } from "./unread.ts";

/** ONIMCONNECTORMESSAGEADD, UPDATE and DELETE: what left an open line for the application's own connector. Older senders write `DATA` for `MESSAGES`. */
export const connectorMessages = (action: MessageAction) =>
  interpreter((value, side): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const connector = needId(data, "CONNECTOR", "connector");
    const line = side.id("", data, "LINE", "line");
    const messages = itemsOf(data, data.has("MESSAGES") ? "MESSAGES" : "DATA").map((item) =>
      leaving(side, item, connector, line),
    );
    return { kind: "message", action, origin: "connector", messages, bot: null };
  });

function leaving(side: Side, item: FormMap, connector: string, line: string | null): Message {
  const im = needMap(item, "im");
  const message = side.map("", item, "message");
  const chat = side.map("", item, "chat");
  const authorId = side.id("message", message, "user_id");
  const files = filesOf(side, "message", message, "files", "FILES");
  const { text, name } = splitSignature(side.text("message", message, "text"), files);
  noteUnread(side, item, message);
  return {
    bitrixMessageId: needId(im, "message_id"),
    externalMessageIds: side.texts("message", message, "id"),
    connector,
    line,
    externalChatId: side.id("chat", chat, "id"),
    connectorUserId: null,
    bitrixChatId: side.idOrZero("im", im, "chat_id"),
    direction: "outbound",
    // It does not tell whether Bitrix24 wrote in the user's name (`system`), as its twin of an open line does.
    authorKind: authorId === "0" ? "system" : "unknown",
    authorId,
    authorName: name,
    text,
    files,
  };
}
