import type { FormMap } from "../form/form.ts";
import type { Bot, BotAction, BotEvent, Message, MessageAction, MessageEvent } from "../records.gen.ts";
import { entityData, type OpenLinePlace } from "./chat-entity.ts";
import type { Interpreted } from "./interpreter.ts";
import type { Side } from "./side.ts";

/** Where an event of a bot happened. */
export type BotChat = {
  dialogId: string | null;
  bitrixChatId: string | null;
  chatType: string | null;
  place: OpenLinePlace | null;
  entity: ReturnType<typeof entityData>;
};

type Said = Pick<Message, "bitrixMessageId" | "authorKind" | "authorId" | "authorName" | "text" | "files">;

/** What was said in a chat that a bot is in. */
export function botMessage(
  action: MessageAction,
  bots: Bot[],
  { place, entity, ...chat }: BotChat,
  said: Said,
): Interpreted<MessageEvent> {
  const message: Message = {
    ...said,
    externalMessageIds: [],
    ...openLineOf(place),
    bitrixChatId: chat.bitrixChatId,
    direction: directionOf(said.authorKind, chat.chatType),
  };
  return {
    kind: "message",
    action,
    origin: "bot",
    messages: [message],
    bot: { bots, ...chat, ...entity },
  };
}

/** In an open line the customer's side is inbound; elsewhere what is said to a bot is. */
function directionOf(kind: Message["authorKind"], chatType: string | null): Message["direction"] {
  if (kind === "customer") return "inbound";
  if (chatType === "openLine") return "outbound";
  return kind === "bot" || kind === "system" ? "outbound" : "inbound";
}

type Author = { id: string | null; message: FormMap | null; user: FormMap | null };

/** Where the message and its user are, and which of their fields say who wrote it. */
export type AuthorFields = { message: string; system: string; user: string; bot: string; connector: string };

export function authorKindOf(
  side: Side,
  { id, message, user }: Author,
  fields: AuthorFields,
  bots: readonly Bot[],
  { place }: BotChat,
): Message["authorKind"] {
  if (id === "0" || side.isYes(fields.message, message, fields.system)) return "system";
  if (side.isYes(fields.user, user, fields.bot) || bots.some((one) => one.id === id)) return "bot";
  const customerId = place?.userId ?? null;
  if (side.isYes(fields.user, user, fields.connector) || (customerId !== null && id === customerId))
    return "customer";
  return id === null ? "unknown" : "operator";
}

type Done = Pick<BotEvent, "userId" | "userName" | "bitrixMessageId" | "command" | "reaction">;

export function botEvent(
  action: BotAction,
  bots: Bot[],
  { place, entity, ...chat }: BotChat,
  done: Done,
): Interpreted<BotEvent> {
  return { kind: "bot", action, bots, ...chat, ...openLineOf(place), ...entity, ...done };
}

const nowhere: BotChat = {
  dialogId: null,
  bitrixChatId: null,
  chatType: null,
  place: null,
  entity: entityData(null, null),
};

export const botGone = (bot: Bot): Interpreted<BotEvent> =>
  botEvent("delete", [bot], nowhere, {
    userId: null,
    userName: null,
    bitrixMessageId: null,
    command: null,
    reaction: null,
  });

const openLineOf = (place: OpenLinePlace | null) => ({
  connector: place?.connector ?? null,
  line: place?.line ?? null,
  externalChatId: place?.externalChatId ?? null,
  connectorUserId: place?.userId ?? null,
});
