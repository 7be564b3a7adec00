import type { FormMap } from "../form/form.ts";
import type { Bot, BotAction, BotEvent, Message, MessageAction, MessageEvent } from "../records.gen.ts";
import { botGone, directionOf } from "./bots-v1.ts";
import { chatOfDialog, chatTypeOf, entityData, openLinePlace } from "./chat-entity.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, idOrZero, isYes, mapOf, needId, needMap, textOf } from "./read.ts";
import { filesOf } from "./texts.ts";

const botOf = (data: FormMap): Bot => {
  const bot = needMap(data, "bot");
  return { id: needId(bot, "id"), code: idOf(bot, "code") };
};

function placeOf(data: FormMap) {
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

/** ONIMBOTV2MESSAGEADD, UPDATE and DELETE. */
export const botMessagesV2 = (action: MessageAction) =>
  interpreter((value): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const bots = [botOf(data)];
    const message = action === "delete" ? mapOf(data, "message") : needMap(data, "message");
    const user = mapOf(data, "user");
    const { place, entity, ...where } = placeOf(data);
    const authorId = idOf(message, "authorId", "author_id") ?? idOf(user, "id");
    const authorKind = authorKindOf(message, user, authorId, bots, place?.userId ?? null);
    const said: Message = {
      bitrixMessageId: idOf(data, "messageId") ?? needId(message, "id"),
      externalMessageIds: [],
      connector: place?.connector ?? null,
      line: place?.line ?? null,
      externalChatId: place?.externalChatId ?? null,
      bitrixChatId: where.bitrixChatId,
      direction: directionOf(authorKind, where.chatType),
      authorKind,
      authorId,
      authorName: idOf(user, "name"),
      text: action === "delete" ? null : textOf(message, "text"),
      files: filesOf(message),
    };
    return { kind: "message", action, origin: "bot", messages: [said], bot: { bots, ...where, ...entity } };
  });

function authorKindOf(
  message: FormMap | null,
  user: FormMap | null,
  authorId: string | null,
  bots: readonly Bot[],
  customerId: string | null,
): Message["authorKind"] {
  if (authorId === "0" || isYes(message, "isSystem")) return "system";
  if (isYes(user, "bot") || bots.some((bot) => bot.id === authorId)) return "bot";
  if (isYes(user, "connector") || (customerId !== null && authorId === customerId)) return "customer";
  return authorId === null ? "unknown" : "operator";
}

/** ONIMBOTV2JOINCHAT, CONTEXTGET, COMMANDADD and REACTIONCHANGE. */
export const botInChatV2 = (action: Exclude<BotAction, "delete">) =>
  interpreter((value): Interpreted<BotEvent> => {
    const data = asMap(value, "data");
    const user = mapOf(data, "user");
    const command = action === "command" ? needMap(data, "command") : null;
    const reaction = action === "reaction" ? needId(data, "reaction") : null;
    const { place, entity, ...where } = placeOf(data);
    return {
      kind: "bot",
      action,
      bots: [botOf(data)],
      ...where,
      userId: idOrZero(user, "id"),
      userName: idOf(user, "name"),
      connector: place?.connector ?? null,
      line: place?.line ?? null,
      externalChatId: place?.externalChatId ?? null,
      ...entity,
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
    };
  });

/** ONIMBOTV2DELETE. */
export const botDeleteV2 = interpreter((value) => botGone(botOf(asMap(value, "data"))));
