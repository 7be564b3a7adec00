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

/** What figures are computed from: messages without their words, chats' names, sessions and bots. */
export const analyticsProjection: Projection = {
  name: "analytics",
  topics: [topics.messages, topics.sessions, topics.bots],
  tables: ["analytics_messages", "analytics_chat_names", "analytics_sessions", "analytics_bots"],
  project(record, _position, rows) {
    if (record.kind === "message") addMessages(rows, record);
    if (record.kind === "session") addSessions(rows, "analytics_sessions", "analytics_chat_names", record);
    if (record.kind === "bot") {
      addBots(rows, record.envelope.portal, record.bots);
      addBotChatName(rows, "analytics_chat_names", record);
      addBotSession(rows, "analytics_sessions", record.envelope, record, record);
    }
  },
};

function addMessages(rows: Rows, event: MessageEvent): void {
  const { envelope, bot } = event;
  for (const { message, externalChat, columns } of messageFacts(event)) {
    rows.addTo("analytics_messages", columns, []);
    addChatName(rows, "analytics_chat_names", envelope, { ...message, externalChat });
    if (bot === null) continue;
    addBotSession(rows, "analytics_sessions", envelope, bot, message);
    if (message.authorKind === "bot" && message.authorId !== null)
      addBots(rows, envelope.portal, [{ id: message.authorId, code: null }]);
  }
  if (bot !== null) addBots(rows, envelope.portal, bot.bots);
}

function addBots(rows: Rows, portal: string, bots: readonly Bot[]): void {
  for (const bot of bots) rows.once("analytics_bots", [portal, bot.id]);
}
