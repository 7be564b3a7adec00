import type { PhpMap } from "../encode-php.ts";
import type { Random } from "../random.ts";
import type { Bot, Person, Portal } from "../world.ts";
import { userAuth } from "./envelope.ts";
import type { Chat, Said } from "./said.ts";

export const bot = (portal: Portal, random: Random, who: Bot, at: number): PhpMap => ({
  id: who.id,
  code: who.code,
  auth: userAuth(portal, random, at, who.id, true),
});

export const message = (said: Said, bitrixChatId: string): PhpMap => ({
  id: said.bitrixMessageId,
  chatId: bitrixChatId,
  chat_id: bitrixChatId,
  authorId: said.system ? "0" : said.author.id,
  author_id: said.system ? "0" : said.author.id,
  date: new Date(said.at * 1000).toISOString().replace(".000Z", "+00:00"),
  text: said.text,
  isSystem: said.system,
});

export const groupChat = (bitrixChatId: string): PhpMap => ({
  id: bitrixChatId,
  dialogId: `chat${bitrixChatId}`,
  type: "chat",
  name: "Überfällige Aufgaben",
  entityId: "",
});

export const openLineChat = (chat: Chat): PhpMap => ({
  id: chat.bitrixChatId,
  dialogId: `chat${chat.bitrixChatId}`,
  type: "lines",
  name: chat.customer.name,
  entityType: "LINES",
  entityId: `${chat.line.connector}|${chat.line.id}|${chat.externalChatId}|${chat.code}`,
});

export const user = (who: Person, connector: boolean): PhpMap => ({
  id: who.id,
  name: who.name,
  firstName: who.firstName,
  lastName: who.lastName,
  bot: false,
  connector,
  extranet: connector,
});
