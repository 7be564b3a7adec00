import { giveId, knowBot, type Tape, tell } from "./tape.ts";
import type { TruthChat, TruthMessage } from "./truth.ts";
import * as botV1 from "./wire/bot-v1.ts";
import * as botV2 from "./wire/bot-v2.ts";
import type { Said } from "./wire/said.ts";
import type { Operator } from "./world.ts";

/** An operator talks with a bot in private, where the bot was invited, asked and commanded. */
export function playPrivateBot(tape: Tape, who: Operator, startAt: number): TruthChat {
  const { portal, random } = tape;
  const bot = portal.bots.private;
  const bitrixChatId = giveId(tape, "chat");
  const chat = emptyChat(bitrixChatId, bot.id);
  const params = botV1.privateParams(who, bot, bitrixChatId);
  const joined = {
    BOT_ID: bot.id,
    USER_ID: who.id,
    CHAT_TYPE: "P",
    MESSAGE_TYPE: "P",
    TO_USER_ID: who.id,
    DIALOG_ID: who.id,
  };
  const BOT = botV1.botMap(portal, random, bot, startAt);
  const { ID, NAME } = botV1.user(who, "operator");
  tell(
    tape,
    startAt,
    "ONIMBOTJOINCHAT",
    { BOT, PARAMS: joined, USER: { ID: ID ?? null, NAME: NAME ?? null } },
    "private bot invited",
    {
      kind: "user",
      id: who.id,
      refresh: false,
    },
  );
  knowBot(tape, bot).dialogs.push(who.id);
  ["How many days off do I have?", "Und im Dezember? 🎄", "спасибо"].forEach((text, at) => {
    const said = saidBy(tape, who, startAt + 20 + at * 45, text);
    const data = {
      BOT: botV1.botMap(portal, random, bot, said.at),
      PARAMS: { ...botV1.messageParams(said, portal.domain), ...params },
      USER: botV1.user(who, "operator"),
    };
    tell(tape, said.at, "ONIMBOTMESSAGEADD", data, "private question to a bot", {
      kind: "user",
      id: who.id,
      refresh: true,
    });
    chat.messages.push(toBot(said));
  });
  const commandAt = startAt + 200;
  const messageId = giveId(tape, "message");
  const data = {
    COMMAND: botV1.command(portal, random, bot, commandAt, messageId),
    PARAMS: { ...params, MESSAGE: "/vacation 14 days", MESSAGE_ID: messageId, SYSTEM: "N" },
    USER: botV1.user(who, "operator"),
  };
  tell(tape, commandAt, "ONIMCOMMANDADD", data, "command to a bot", {
    kind: "user",
    id: who.id,
    refresh: true,
  });
  return chat;
}

/** A bot of the newer kind in a group chat: its events may name the portal by the bot's own tokens alone. */
export function playGroupBot(tape: Tape, who: Operator, startAt: number): TruthChat {
  const { portal, random } = tape;
  const bot = portal.bots.group;
  const bitrixChatId = giveId(tape, "chat");
  const chat = emptyChat(bitrixChatId, bot.id);
  const context = (at: number) => ({
    bot: botV2.bot(portal, random, bot, at),
    chat: botV2.groupChat(bitrixChatId),
    user: botV2.user(who, false),
    language: "de",
  });
  const actor = { kind: "bare" } as const;
  const joins = { ...context(startAt), dialogId: `chat${bitrixChatId}` };
  tell(tape, startAt, "ONIMBOTV2JOINCHAT", joins, "newer bot joins a group", actor);
  knowBot(tape, bot).dialogs.push(`chat${bitrixChatId}`);
  const messages = ["What's burning? 🔥", "Bitte alle <b>überfälligen</b> Aufgaben", "never mind"].map(
    (text, at) => {
      const said = saidBy(tape, who, startAt + 30 + at * 60, text);
      const data = { ...context(said.at), message: botV2.message(said, bitrixChatId) };
      tell(tape, said.at, "ONIMBOTV2MESSAGEADD", data, "question to a newer bot", {
        kind: "user",
        id: who.id,
        refresh: true,
      });
      const message = toBot(said);
      chat.messages.push(message);
      return { said, message };
    },
  );
  const [asked, , dropped] = messages;
  if (asked !== undefined) {
    const said = { ...asked.said, at: asked.said.at + 5, text: "What is burning today? 🔥🔥" };
    const data = { ...context(said.at), message: botV2.message(said, bitrixChatId) };
    tell(tape, said.at, "ONIMBOTV2MESSAGEUPDATE", data, "question edited", actor);
    Object.assign(asked.message, { text: said.text, editedAt: said.at });
    const reaction = {
      ...context(said.at),
      message: botV2.message(said, bitrixChatId),
      reaction: "like",
      action: "add",
    };
    tell(tape, said.at + 1, "ONIMBOTV2REACTIONCHANGE", reaction, "reaction", actor);
  }
  if (dropped !== undefined) {
    const at = dropped.said.at + 7;
    const data = { ...context(at), messageId: dropped.said.bitrixMessageId };
    tell(tape, at, "ONIMBOTV2MESSAGEDELETE", data, "question deleted", actor);
    dropped.message.deletedAt = at;
  }
  return chat;
}

const emptyChat = (bitrixChatId: string, botId: string): TruthChat => ({
  connector: null,
  line: null,
  externalChatId: null,
  bitrixChatId,
  messages: [],
  sessions: [],
  crm: [],
  bots: [botId],
});

const saidBy = (tape: Tape, author: Operator, at: number, text: string): Said => ({
  at,
  bitrixMessageId: giveId(tape, "message"),
  externalIds: [],
  author,
  system: false,
  text,
  signature: null,
  files: [],
});

/** What is said to a bot outside open lines comes in from a portal's user. */
const toBot = (said: Said): TruthMessage => ({
  source: "bot",
  counted: true,
  isRating: false,
  bitrixMessageId: said.bitrixMessageId,
  externalMessageIds: [],
  direction: "inbound",
  author: { kind: "operator", id: said.author.id, name: said.author.name },
  text: said.text,
  files: [],
  sentAt: said.at,
  editedAt: null,
  deletedAt: null,
  session: null,
});
