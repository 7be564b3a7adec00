import type { FormMap } from "../form/form.ts";
import type { Bot, BotAction, BotEvent, MessageAction, MessageEvent } from "../records.gen.ts";
import { authorKindOf, type BotChat, botEvent, botGone, botMessage } from "./bots.ts";
import { chatOfDialog, chatTypeOf, entityData, openLinePlace } from "./chat-entity.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, idOrZero, mapOf, needId, needMap, textOf } from "./read.ts";
import { filesOf } from "./texts.ts";

function botsOf(map: FormMap | null): Bot[] {
  if (map === null) return [];
  return [...map].map(([id, entry]) => {
    const bot = asMap(entry, "BOT");
    return { id: idOf(bot, "BOT_ID") ?? id, code: idOf(bot, "BOT_CODE") };
  });
}

function chatOf(params: FormMap): BotChat {
  const dialogId = idOf(params, "DIALOG_ID");
  return {
    dialogId,
    bitrixChatId: idOrZero(params, "TO_CHAT_ID", "CHAT_ID") ?? chatOfDialog(dialogId),
    chatType: chatTypeOf(idOf(params, "CHAT_TYPE", "MESSAGE_TYPE")),
    place: openLinePlace(
      textOf(params, "CHAT_ENTITY_TYPE") === "LINES" || textOf(params, "CHAT_TYPE") === "L"
        ? idOf(params, "CHAT_ENTITY_ID")
        : null,
    ),
    entity: entityData(textOf(params, "CHAT_ENTITY_DATA_1"), textOf(params, "CHAT_ENTITY_DATA_2")),
  };
}

const flags = { system: "SYSTEM", bot: "IS_BOT", connector: "IS_CONNECTOR" };

/** ONIMBOTMESSAGEADD, UPDATE and DELETE. */
export const botMessages = (action: MessageAction) =>
  interpreter((value): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const params = needMap(data, "PARAMS");
    const bots = botsOf(mapOf(data, "BOT"));
    const chat = chatOf(params);
    const user = mapOf(data, "USER");
    const authorId = idOf(params, "FROM_USER_ID", "AUTHOR_ID");
    return botMessage(action, bots, chat, {
      authorKind: authorKindOf({ id: authorId, message: params, user, ...flags }, bots, chat),
      authorId,
      authorName: idOf(user, "NAME"),
      bitrixMessageId: needId(params, "MESSAGE_ID", "ID"),
      // Of a deleted message Bitrix24 sends a notice of the deletion as its text.
      text: action === "delete" ? null : textOf(params, "MESSAGE"),
      files: filesOf(params),
    });
  });

/** ONIMBOTJOINCHAT, ONIMBOTCONTEXTGET. */
export const botInChat = (action: Extract<BotAction, "join" | "context">) =>
  interpreter((value): Interpreted<BotEvent> => {
    const data = asMap(value, "data");
    const params = needMap(data, "PARAMS");
    const chat = chatOf(params);
    const user = mapOf(data, "USER");
    const listed = botsOf(mapOf(data, "BOT"));
    const bots =
      listed.length > 0 ? listed : [{ id: needId(params, "BOT_ID"), code: idOf(params, "BOT_CODE") }];
    return botEvent(action, bots, chat, {
      userId: idOrZero(params, "USER_ID", "FROM_USER_ID") ?? idOrZero(user, "ID"),
      userName: idOf(user, "NAME"),
      bitrixMessageId: idOrZero(params, "MESSAGE_ID"),
      command: null,
      reaction: null,
    });
  });

/** ONIMCOMMANDADD. */
export const botCommand = interpreter((value): Interpreted<BotEvent> => {
  const data = asMap(value, "data");
  const params = mapOf(data, "PARAMS") ?? new Map();
  const commands = needMap(data, "COMMAND");
  const [commandId, entry] = commands.entries().next().value ?? [];
  const command = asMap(entry, "COMMAND");
  const chat = chatOf(params);
  const user = mapOf(data, "USER");
  const bots = [{ id: needId(command, "BOT_ID"), code: idOf(command, "BOT_CODE") }];
  return botEvent("command", bots, chat, {
    userId: idOrZero(params, "FROM_USER_ID") ?? idOrZero(user, "ID"),
    userName: idOf(user, "NAME"),
    bitrixMessageId: idOrZero(command, "MESSAGE_ID") ?? idOrZero(params, "MESSAGE_ID"),
    command: {
      id: idOf(command, "COMMAND_ID") ?? commandId ?? null,
      name: idOf(command, "COMMAND"),
      params: textOf(command, "COMMAND_PARAMS"),
      context: idOf(command, "COMMAND_CONTEXT"),
    },
    reaction: null,
  });
});

/** ONIMBOTDELETE. */
export const botDelete = interpreter((value): Interpreted<BotEvent> => {
  const data = asMap(value, "data");
  return botGone({ id: needId(data, "BOT_ID"), code: idOf(data, "BOT_CODE") });
});
