import type { PhpMap } from "../encode-php.ts";
import type { Random } from "../random.ts";
import type { Bot, Person, Portal } from "../world.ts";
import { userAuth } from "./envelope.ts";
import { type Chat, file, type OpenSession, type Said } from "./said.ts";

/** A bot's entry carries the bot's own tokens, twice. */
function withTokens(portal: Portal, random: Random, bot: Bot, at: number): PhpMap {
  const auth = { ...userAuth(portal, random, at, bot.id, true), client_id: portal.clientId };
  return { ...auth, AUTH: auth, BOT_ID: bot.id, BOT_CODE: bot.code };
}

export const botMap = (portal: Portal, random: Random, bot: Bot, at: number): PhpMap => ({
  [bot.id]: withTokens(portal, random, bot, at),
});

export const user = (who: Person, kind: "customer" | "operator" | "bot"): PhpMap => ({
  ID: who.id,
  NAME: who.name,
  FIRST_NAME: who.firstName,
  LAST_NAME: who.lastName,
  WORK_POSITION: "",
  GENDER: "F",
  IS_BOT: kind === "bot" ? "Y" : "N",
  IS_CONNECTOR: kind === "customer" ? "Y" : "N",
  IS_NETWORK: "N",
  IS_EXTRANET: kind === "customer" ? "Y" : "N",
});

/** What a bot is told of the open line that it sits in: the chat's external name, its session and its CRM entities. */
export const openLineParams = (chat: Chat, session: OpenSession): PhpMap => ({
  CHAT_ID: chat.bitrixChatId,
  CHAT_TYPE: "L",
  MESSAGE_TYPE: "L",
  CHAT_AUTHOR_ID: "0",
  CHAT_ENTITY_TYPE: "LINES",
  CHAT_ENTITY_ID: `${chat.line.connector}|${chat.line.id}|${chat.externalChatId}|${chat.code}`,
  CHAT_ENTITY_DATA_1: `${chat.deal === null ? "N|NONE|0" : `Y|DEAL|${chat.deal}`}|N|N|${session.id}|${session.openedAt}|0|0|0`,
  CHAT_ENTITY_DATA_2: `LEAD|0|COMPANY|0|CONTACT|0|DEAL|${chat.deal ?? "0"}`,
  CHAT_ENTITY_DATA_3: "",
  DIALOG_ID: `chat${chat.bitrixChatId}`,
  LANGUAGE: "en",
});

/** PARAMS of a private talk with a bot; its dialog is named by the user. */
export const privateParams = (who: Person, bot: Bot, bitrixChatId: string): PhpMap => ({
  TO_CHAT_ID: bitrixChatId,
  CHAT_TYPE: "P",
  MESSAGE_TYPE: "P",
  FROM_USER_ID: who.id,
  TO_USER_ID: bot.id,
  DIALOG_ID: who.id,
  LANGUAGE: "en",
});

/** ONIMBOTMESSAGEADD's PARAMS, but for the chat. FILES is a map by the file's id. */
export const messageParams = (said: Said, domain: string): PhpMap => ({
  MESSAGE: said.text,
  TEMPLATE_ID: `796c45aa-70e5-45aa-930c-${said.bitrixMessageId.padStart(12, "0")}`,
  FROM_USER_ID: said.system ? "0" : said.author.id,
  AUTHOR_ID: said.system ? "0" : said.author.id,
  SYSTEM: said.system ? "Y" : "N",
  PUSH: "Y",
  SKIP_COMMAND: "N",
  SKIP_CONNECTOR: "N",
  IMPORTANT_CONNECTOR: "N",
  NO_SESSION_OL: "N",
  COMMAND_CONTEXT: "TEXTAREA",
  CHAT_USER_COUNT: "3",
  FILES: Object.fromEntries(said.files.map((each) => [each.id, { id: each.id, ...file(each, domain) }])),
  MESSAGE_ID: said.bitrixMessageId,
});

/** ONIMBOTMESSAGEUPDATE's and DELETE's: the notice of a deletion takes the text's place. */
export const changedParams = (said: Said, deleted: boolean): PhpMap => ({
  ID: said.bitrixMessageId,
  MESSAGE_ID: said.bitrixMessageId,
  MESSAGE: deleted ? "This message was deleted" : said.text,
  FROM_USER_ID: said.author.id,
  AUTHOR_ID: said.author.id,
});

/** ONIMCOMMANDADD: the map is keyed by the command's id. */
export const command = (portal: Portal, random: Random, bot: Bot, at: number, messageId: string): PhpMap => ({
  "103": {
    ...withTokens(portal, random, bot, at),
    COMMAND: "vacation",
    COMMAND_ID: "103",
    COMMAND_PARAMS: "14 days",
    COMMAND_CONTEXT: "TEXTAREA",
    MESSAGE_ID: messageId,
  },
});
