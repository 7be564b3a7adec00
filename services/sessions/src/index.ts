import { allTopics } from "@portalstream/events";
import { addSessions, type Projection } from "@portalstream/projection";
import { addBotEvent, addBotsOfMessage, botFacts, crmFacts } from "./bots/bot-rows.ts";
import { chatNames, sessionFacts } from "./chats/tables.ts";
import { addEvent, eventsTable } from "./events/event-row.ts";
import { addMessages, messageFactsTable } from "./messages/message-rows.ts";
import { addApiKey, addRegistration, apiKeysTable, portalsTable } from "./registry/registry-rows.ts";

export const sessionsTables = [
  eventsTable,
  messageFactsTable,
  chatNames,
  sessionFacts,
  botFacts,
  crmFacts,
  portalsTable,
  apiKeysTable,
];

/** Chat and session state: every event, message, chat, session, bot, portal and key that the query API shows. */
export const sessionsProjection: Projection = {
  name: "sessions",
  topics: allTopics,
  tables: sessionsTables.map(({ name }) => name),
  project(record, position, rows) {
    if (record.kind === "registration") return addRegistration(rows, record, position);
    if (record.kind === "apiKey") return addApiKey(rows, record, position);
    addEvent(rows, record, position);
    if (record.kind === "message") {
      addMessages(rows, record, position);
      addBotsOfMessage(rows, record);
    }
    if (record.kind === "session") addSessions(rows, sessionFacts, chatNames, record);
    if (record.kind === "bot") addBotEvent(rows, record);
  },
};
