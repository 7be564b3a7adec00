import type { FormMap } from "../form/form.ts";
import type { Bot, BotAction, BotEvent, Message, MessageAction, MessageEvent } from "../records.gen.ts";
import { chatOfDialog, chatTypeOf, entityData, openLinePlace } from "./chat-entity.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, idOrZero, isYes, mapOf, needId, needMap, textOf } from "./read.ts";
import { filesOf } from "./texts.ts";

function botsOf(map: FormMap | null): Bot[] {
  if (map === null) return [];
  return [...map].map(([id, entry]) => {
    const bot = asMap(entry, "BOT");
    return { id: idOf(bot, "BOT_ID") ?? id, code: idOf(bot, "BOT_CODE") };
  });
}

function placeOf(params: FormMap) {
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

/** ONIMBOTMESSAGEADD, UPDATE and DELETE: what was said in a chat that a bot is in. */
export const botMessages = (action: MessageAction) =>
  interpreter((value): Interpreted<MessageEvent> => {
    const data = asMap(value, "data");
    const params = needMap(data, "PARAMS");
    const bots = botsOf(mapOf(data, "BOT"));
    const { place, entity, ...where } = placeOf(params);
    const user = mapOf(data, "USER");
    const authorId = idOf(params, "FROM_USER_ID", "AUTHOR_ID");
    const authorKind = authorKindOf(params, user, authorId, bots, place?.userId ?? null);
    const message: Message = {
      bitrixMessageId: needId(params, "MESSAGE_ID", "ID"),
      externalMessageIds: [],
      connector: place?.connector ?? null,
      line: place?.line ?? null,
      externalChatId: place?.externalChatId ?? null,
      bitrixChatId: where.bitrixChatId,
      direction: directionOf(authorKind, where.chatType),
      authorKind,
      authorId,
      authorName: idOf(user, "NAME"),
      // Of a deleted message Bitrix24 sends a notice of the deletion as its text.
      text: action === "delete" ? null : textOf(params, "MESSAGE"),
      files: filesOf(params),
    };
    return {
      kind: "message",
      action,
      origin: "bot",
      messages: [message],
      bot: { bots, ...where, ...entity },
    };
  });

function authorKindOf(
  params: FormMap,
  user: FormMap | null,
  authorId: string | null,
  bots: readonly Bot[],
  customerId: string | null,
): Message["authorKind"] {
  if (authorId === "0" || isYes(params, "SYSTEM")) return "system";
  if (isYes(user, "IS_BOT") || bots.some((bot) => bot.id === authorId)) return "bot";
  if (isYes(user, "IS_CONNECTOR") || (customerId !== null && authorId === customerId)) return "customer";
  return authorId === null ? "unknown" : "operator";
}

/** In an open line the customer's side is inbound; elsewhere what is said to a bot is. */
export function directionOf(kind: Message["authorKind"], chatType: string | null): Message["direction"] {
  if (kind === "customer") return "inbound";
  if (chatType === "openLine") return "outbound";
  return kind === "bot" || kind === "system" ? "outbound" : "inbound";
}

/** ONIMBOTJOINCHAT, ONIMBOTCONTEXTGET. */
export const botInChat = (action: Extract<BotAction, "join" | "context">) =>
  interpreter((value): Interpreted<BotEvent> => {
    const data = asMap(value, "data");
    const params = needMap(data, "PARAMS");
    const { place, entity, ...where } = placeOf(params);
    const user = mapOf(data, "USER");
    const bots = botsOf(mapOf(data, "BOT"));
    return {
      kind: "bot",
      action,
      bots: bots.length > 0 ? bots : [{ id: needId(params, "BOT_ID"), code: idOf(params, "BOT_CODE") }],
      ...where,
      userId: idOrZero(params, "USER_ID", "FROM_USER_ID") ?? idOrZero(user, "ID"),
      userName: idOf(user, "NAME"),
      connector: place?.connector ?? null,
      line: place?.line ?? null,
      externalChatId: place?.externalChatId ?? null,
      ...entity,
      bitrixMessageId: idOrZero(params, "MESSAGE_ID"),
      command: null,
      reaction: null,
    };
  });

/** ONIMCOMMANDADD. */
export const botCommand = interpreter((value): Interpreted<BotEvent> => {
  const data = asMap(value, "data");
  const params = mapOf(data, "PARAMS") ?? new Map();
  const commands = needMap(data, "COMMAND");
  const [commandId, entry] = commands.entries().next().value ?? [];
  const command = asMap(entry, "COMMAND");
  const { place, entity, ...where } = placeOf(params);
  const user = mapOf(data, "USER");
  return {
    kind: "bot",
    action: "command",
    bots: [{ id: needId(command, "BOT_ID"), code: idOf(command, "BOT_CODE") }],
    ...where,
    userId: idOrZero(params, "FROM_USER_ID") ?? idOrZero(user, "ID"),
    userName: idOf(user, "NAME"),
    connector: place?.connector ?? null,
    line: place?.line ?? null,
    externalChatId: place?.externalChatId ?? null,
    ...entity,
    bitrixMessageId: idOrZero(command, "MESSAGE_ID") ?? idOrZero(params, "MESSAGE_ID"),
    command: {
      id: idOf(command, "COMMAND_ID") ?? commandId ?? null,
      name: idOf(command, "COMMAND"),
      params: textOf(command, "COMMAND_PARAMS"),
      context: idOf(command, "COMMAND_CONTEXT"),
    },
    reaction: null,
  };
});

/** ONIMBOTDELETE. */
export const botDelete = interpreter((value): Interpreted<BotEvent> => {
  const data = asMap(value, "data");
  return botGone({ id: needId(data, "BOT_ID"), code: idOf(data, "BOT_CODE") });
});

export const botGone = (bot: Bot): Interpreted<BotEvent> => ({
  kind: "bot",
  action: "delete",
  bots: [bot],
  dialogId: null,
  bitrixChatId: null,
  chatType: null,
  userId: null,
  userName: null,
  connector: null,
  line: null,
  externalChatId: null,
  sessionId: null,
  sessionOpenedAt: null,
  crm: [],
  bitrixMessageId: null,
  command: null,
  reaction: null,
});
