import type { FormMap } from "../form/form.ts";
import type { Bot, BotAction, BotEvent, File, MessageAction, MessageEvent } from "../records.gen.ts";
import { authorKindOf, type BotChat, botEvent, botGone, botMessage } from "./bots.ts";
import { chatOfDialog, chatTypeOf, entityData, openLinePlace } from "./chat-entity.ts";
import { filesOf } from "./files.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, needId, needMap } from "./read.ts";
import type { Side } from "./side.ts";

const botOf = (side: Side, data: FormMap): Bot => {
  const bot = needMap(data, "bot");
  return { id: needId(bot, "id"), code: side.id("bot", bot, "code") };
};

function chatOf(side: Side, data: FormMap, message: FormMap | null): BotChat {
  const chat = side.map("", data, "chat");
  const dialogId = side.id("", data, "dialogId") ?? side.id("chat", chat, "dialogId");
  const chatType = chatTypeOf(side.id("chat", chat, "type"));
  const isOpenLine =
    chatType === "openLine" || side.text("chat", chat, "entityType", "entity_type") === "LINES";
  return {
    dialogId,
    bitrixChatId:
      side.idOrZero("chat", chat, "id") ??
      side.idOrZero("message", message, "chatId", "chat_id") ??
      chatOfDialog(dialogId),
    chatType,
    place: openLinePlace(isOpenLine ? side.id("chat", chat, "entityId", "entity_id") : null),
    entity: entityData(
      side.text("chat", chat, "entityData1", "entity_data_1"),
      side.text("chat", chat, "entityData2", "entity_data_2"),
    ),
  };
}

/** Bitrix24 sends the ids of a message's files among its parameters. */
function sentFiles(side: Side, message: FormMap | null): File[] {
  const files = filesOf(side, "message", message, "files", "FILES");
  if (files.length > 0) return files;
  const params = side.map("message", message, "params");
  return filesOf(side, "message.params", params, "FILE_ID", "fileId", "files", "FILES");
}

const authorFields = {
  message: "message",
  system: "isSystem",
  user: "user",
  bot: "bot",
  connector: "connector",
};

/** ONIMBOTV2MESSAGEADD, UPDATE and DELETE. */
export const botMessagesV2 = (action: MessageAction) =>
  interpreter((value, side): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const bots = [botOf(side, data)];
    const message = action === "delete" ? side.map("", data, "message") : needMap(data, "message");
    const user = side.map("", data, "user");
    const chat = chatOf(side, data, message);
    // The user of a deletion is who deletes.
    const writer = action === "delete" ? null : user;
    const id = side.id("message", message, "authorId", "author_id") ?? side.id("user", writer, "id");
    return botMessage(action, bots, chat, {
      authorKind: authorKindOf(side, { id, message, user: writer }, authorFields, bots, chat),
      authorId: id,
      authorName: side.id("user", writer, "name"),
      bitrixMessageId: side.id("", data, "messageId") ?? needId(message, "id"),
      text: action === "delete" ? null : side.text("message", message, "text"),
      files: sentFiles(side, message),
    });
  });

/** ONIMBOTV2JOINCHAT, CONTEXTGET, COMMANDADD and REACTIONCHANGE. */
export const botInChatV2 = (action: Exclude<BotAction, "delete">) =>
  interpreter((value, side): Interpreted<BotEvent> => {
    const data = asMap(value, "data");
    const message = side.map("", data, "message");
    const user = side.map("", data, "user");
    const command = action === "command" ? side.map("", data, "command") : null;
    const reaction = action === "reaction" ? side.id("", data, "reaction") : null;
    return botEvent(action, [botOf(side, data)], chatOf(side, data, message), {
      userId: side.idOrZero("user", user, "id"),
      userName: side.id("user", user, "name"),
      bitrixMessageId: side.idOrZero("message", message, "id") ?? side.idOrZero("", data, "messageId"),
      command:
        command === null
          ? null
          : {
              id: side.id("command", command, "id"),
              name: side.id("command", command, "command"),
              params: side.text("command", command, "params"),
              context: side.id("command", command, "context"),
            },
      reaction: reaction === null ? null : { name: reaction, action: side.id("", data, "action") },
    });
  });

/** ONIMBOTV2DELETE. */
export const botDeleteV2 = interpreter((value, side) => botGone(botOf(side, asMap(value, "data"))));
