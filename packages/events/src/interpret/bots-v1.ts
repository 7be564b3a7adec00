import type { FormMap } from "../form/form.ts";
import type { Bot, BotAction, BotEvent, MessageAction, MessageEvent } from "../records.gen.ts";
import { authorKindOf, type BotChat, botEvent, botGone, botMessage } from "./bots.ts";
import { chatOfDialog, chatTypeOf, entityData, openLinePlace } from "./chat-entity.ts";
import { filesOf } from "./files.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, needId, needMap } from "./read.ts";
import type { Side } from "./side.ts";

/** A map keyed by the bots' ids, which each entry repeats. */
function botsOf(side: Side, data: FormMap): Bot[] {
  return [...(side.map("", data, "BOT") ?? [])].flatMap(([id, bot]) => {
    if (typeof bot === "string") side.odd("BOT");
    return typeof bot === "string"
      ? []
      : { id: side.id("BOT", bot, "BOT_ID") ?? id, code: side.id("BOT", bot, "BOT_CODE") };
  });
}

function chatOf(side: Side, params: FormMap): BotChat {
  const text = (key: string) => side.text("PARAMS", params, key);
  const dialogId = side.id("PARAMS", params, "DIALOG_ID");
  const isOpenLine = text("CHAT_ENTITY_TYPE") === "LINES" || text("CHAT_TYPE") === "L";
  return {
    dialogId,
    bitrixChatId: side.idOrZero("PARAMS", params, "TO_CHAT_ID", "CHAT_ID") ?? chatOfDialog(dialogId),
    chatType: chatTypeOf(side.id("PARAMS", params, "CHAT_TYPE", "MESSAGE_TYPE")),
    place: openLinePlace(isOpenLine ? side.id("PARAMS", params, "CHAT_ENTITY_ID") : null),
    entity: entityData(text("CHAT_ENTITY_DATA_1"), text("CHAT_ENTITY_DATA_2")),
  };
}

const authorFields = {
  message: "PARAMS",
  system: "SYSTEM",
  user: "USER",
  bot: "IS_BOT",
  connector: "IS_CONNECTOR",
};

/** ONIMBOTMESSAGEADD, UPDATE and DELETE. */
export const botMessages = (action: MessageAction) =>
  interpreter((value, side): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const params = needMap(data, "PARAMS");
    const bots = botsOf(side, data);
    const chat = chatOf(side, params);
    // A private dialog of which nothing else is told is named by its bot.
    const unnamed = chat.dialogId !== null && chat.bitrixChatId === null && chat.place === null;
    if (unnamed && bots.length === 0) needMap(data, "BOT");
    const user = side.map("", data, "USER");
    const id = side.id("PARAMS", params, "FROM_USER_ID", "AUTHOR_ID");
    return botMessage(action, bots, chat, {
      authorKind: authorKindOf(side, { id, message: params, user }, authorFields, bots, chat),
      authorId: id,
      authorName: side.id("USER", user, "NAME"),
      bitrixMessageId: needId(params, "MESSAGE_ID", "ID"),
      // Of a deleted message Bitrix24 sends a notice of the deletion as its text.
      text: action === "delete" ? null : side.text("PARAMS", params, "MESSAGE"),
      files: filesOf(side, "PARAMS", params, "FILES", "files", "FILE_ID"),
    });
  });

/** ONIMBOTJOINCHAT, ONIMBOTCONTEXTGET. */
export const botInChat = (action: Extract<BotAction, "join" | "context">) =>
  interpreter((value, side): Interpreted<BotEvent> => {
    const data = asMap(value, "data");
    const params = needMap(data, "PARAMS");
    const chat = chatOf(side, params);
    const user = side.map("", data, "USER");
    const listed = botsOf(side, data);
    const bots =
      listed.length > 0
        ? listed
        : [{ id: needId(params, "BOT_ID"), code: side.id("PARAMS", params, "BOT_CODE") }];
    return botEvent(action, bots, chat, {
      userId: side.idOrZero("PARAMS", params, "USER_ID", "FROM_USER_ID") ?? side.idOrZero("USER", user, "ID"),
      userName: side.id("USER", user, "NAME"),
      bitrixMessageId: side.idOrZero("PARAMS", params, "MESSAGE_ID"),
      command: null,
      reaction: null,
    });
  });

/** ONIMCOMMANDADD. */
export const botCommand = interpreter((value, side): Interpreted<BotEvent> => {
  const data = asMap(value, "data");
  const params = side.map("", data, "PARAMS") ?? new Map();
  const commands = needMap(data, "COMMAND");
  const [commandId, entry] = commands.entries().next().value ?? [];
  const command = asMap(entry, "COMMAND");
  const chat = chatOf(side, params);
  const user = side.map("", data, "USER");
  const bots = [{ id: needId(command, "BOT_ID"), code: side.id("COMMAND", command, "BOT_CODE") }];
  return botEvent("command", bots, chat, {
    userId: side.idOrZero("PARAMS", params, "FROM_USER_ID") ?? side.idOrZero("USER", user, "ID"),
    userName: side.id("USER", user, "NAME"),
    bitrixMessageId:
      side.idOrZero("COMMAND", command, "MESSAGE_ID") ?? side.idOrZero("PARAMS", params, "MESSAGE_ID"),
    command: {
      id: side.id("COMMAND", command, "COMMAND_ID") ?? commandId ?? null,
      name: side.id("COMMAND", command, "COMMAND"),
      params: side.text("COMMAND", command, "COMMAND_PARAMS"),
      context: side.id("COMMAND", command, "COMMAND_CONTEXT"),
    },
    reaction: null,
  });
});

/** ONIMBOTDELETE. */
export const botDelete = interpreter((value, side): Interpreted<BotEvent> => {
  const data = asMap(value, "data");
  return botGone({ id: needId(data, "BOT_ID"), code: side.id("", data, "BOT_CODE") });
});
