import { type Bot, type MessageEvent, topics } from "@portalstream/events";
import {
  addBotChatName,
  addBotSession,
  addChatName,
  addSessions,
  messageFacts,
  type Projection,
  type Rows,
} from "@portalstream/projection";
import { analyticsTables, botIds, chatNames, messages, sessions } from "./tables.ts";

export { analyticsTables };

/** What figures are computed from: messages without their words, chats' names, sessions and bots. */
export const analyticsProjection: Projection = {
  name: "analytics",
  topics: [topics.messages, topics.sessions, topics.bots],
  tables: analyticsTables.map(({ name }) => name),
  project(record, _position, rows) {
    if (record.kind === "message") addMessages(rows, record);
    if (record.kind === "session") addSessions(rows, sessions, chatNames, record);
    if (record.kind === "bot") {
      addBots(rows, record.envelope.portal, record.bots);
      addBotChatName(rows, chatNames, record);
      addBotSession(rows, sessions, record.envelope, record, record);
    }
  },
};

function addMessages(rows: Rows, event: MessageEvent): void {
  const { envelope, bot } = event;
  for (const { message, columns, chatName } of messageFacts(event)) {
    rows.add(messages, columns);
    addChatName(rows, chatNames, envelope, chatName);
    if (bot === null) continue;
    addBotSession(rows, sessions, envelope, bot, message);
    if (message.authorKind === "bot" && message.authorId !== null)
      addBots(rows, envelope.portal, [{ id: message.authorId, code: null }]);
  }
  if (bot !== null) addBots(rows, envelope.portal, bot.bots);
}

function addBots(rows: Rows, portal: string, bots: readonly Bot[]): void {
  for (const bot of bots) rows.once(botIds, [portal, bot.id]);
}
