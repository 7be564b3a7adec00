import { allTopics } from "@portalstream/events";
import { addSessions, type Projection } from "@portalstream/projection";
import { addBotEvent, addBotsOfMessage } from "./bots/bot-rows.ts";
import { addEvent } from "./events/event-row.ts";
import { addMessages } from "./messages/message-rows.ts";
import { addApiKey, addRegistration } from "./registry/registry-rows.ts";

/** Chat and session state: every event, message, chat, session, bot, portal and key that the query API shows. */
export const sessionsProjection: Projection = {
  name: "sessions",
  topics: allTopics,
  tables: [
    "events",
    "message_facts",
    "chat_names",
    "session_facts",
    "bot_facts",
    "crm_facts",
    "portals",
    "api_keys",
  ],
  project(record, position, rows) {
    if (record.kind === "registration") return addRegistration(rows, record, position);
    if (record.kind === "apiKey") return addApiKey(rows, record, position);
    addEvent(rows, record, position);
    if (record.kind === "message") {
      addMessages(rows, record, position);
      addBotsOfMessage(rows, record);
    }
    if (record.kind === "session") addSessions(rows, "session_facts", "chat_names", record);
    if (record.kind === "bot") addBotEvent(rows, record);
  },
};
