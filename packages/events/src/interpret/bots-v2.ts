import type { FormMap } from "../form/form.ts";
import type { Bot, BotAction, BotEvent, MessageAction, MessageEvent } from "../records.gen.ts";
import { authorKindOf, type BotChat, botEvent, botGone, botMessage } from "./bots.ts";
import { chatOfDialog, chatTypeOf, entityData, openLinePlace } from "./chat-entity.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, idOrZero, mapOf, needId, needMap, textOf } from "./read.ts";
import { filesOf } from "./texts.ts";

const botOf = (data: FormMap): Bot => {
  const bot = needMap(data, "bot");
  return { id: needId(bot, "id"), code: idOf(bot, "code") };
};

function chatOf(data: FormMap): BotChat {
  const chat = mapOf(data, "chat");
  const message = mapOf(data, "message");
  const dialogId = idOf(data, "dialogId") ?? idOf(chat, "dialogId");
  const chatType = chatTypeOf(idOf(chat, "type"));
  return {
    dialogId,
    bitrixChatId: idOrZero(chat, "id") ?? idOrZero(message, "chatId", "chat_id") ?? chatOfDialog(dialogId),
    chatType,
    place: openLinePlace(chatType === "openLine" ? idOf(chat, "entityId", "entity_id") : null),
    entity: entityData(
      textOf(chat, "entityData1", "entity_data_1"),
      textOf(chat, "entityData2", "entity_data_2"),
    ),
  };
}

const flags = { system: "isSystem", bot: "bot", connector: "connector" };

/** ONIMBOTV2MESSAGEADD, UPDATE and DELETE. */
export const botMessagesV2 = (action: MessageAction) =>
  interpreter((value): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const bots = [botOf(data)];
    const message = action === "delete" ? mapOf(data, "message") : needMap(data, "message");
    const user = mapOf(data, "user");
    const chat = chatOf(data);
    const authorId = idOf(message, "authorId", "author_id") ?? idOf(user, "id");
    return botMessage(action, bots, chat, {
      authorKind: authorKindOf({ id: authorId, message, user, ...flags }, bots, chat),
      authorId,
      authorName: idOf(user, "name"),
      bitrixMessageId: idOf(data, "messageId") ?? needId(message, "id"),
      text: action === "delete" ? null : textOf(message, "text"),
      files: filesOf(message),
    });
  });

/** ONIMBOTV2JOINCHAT, CONTEXTGET, COMMANDADD and REACTIONCHANGE. */
export const botInChatV2 = (action: Exclude<BotAction, "delete">) =>
  interpreter((value): Interpreted<BotEvent> => {
    const data = asMap(value, "data");
    const user = mapOf(data, "user");
    const command = action === "command" ? needMap(data, "command") : null;
    const reaction = action === "reaction" ? needId(data, "reaction") : null;
    return botEvent(action, [botOf(data)], chatOf(data), {
      userId: idOrZero(user, "id"),
      userName: idOf(user, "name"),
      bitrixMessageId: idOrZero(mapOf(data, "message"), "id") ?? idOrZero(data, "messageId"),
      command:
        command === null
          ? null
          : {
              id: idOf(command, "id"),
              name: idOf(command, "command"),
              params: textOf(command, "params"),
              context: idOf(command, "context"),
            },
      reaction: reaction === null ? null : { name: reaction, action: idOf(data, "action") },
    });
  });

/** ONIMBOTV2DELETE. */
export const botDeleteV2 = interpreter((value) => botGone(botOf(asMap(value, "data"))));
