import { allTopics } from "@portalstream/events";
import type { Projection } from "@portalstream/projection";
import { addBotEvent, addBotsOfMessage, botFacts } from "./bots/bot-rows.ts";
import { addDrift, driftTable } from "./drift/drift-rows.ts";
import { addEvent, eventsTable } from "./events/event-row.ts";
import { addApiKey, addRegistration, apiKeysTable, portalsTable } from "./registry/registry-rows.ts";
import { sessionsState } from "./state/layout.ts";

export const sessionsTables = [eventsTable, botFacts, portalsTable, apiKeysTable, driftTable];

/** Chat and session state: every event, message, chat, session, bot, portal and key that the query API shows. */
export const sessionsProjection: Projection = {
  name: "sessions",
  topics: allTopics,
  tables: [...sessionsTables.map(({ name }) => name), sessionsState.facts.name, sessionsState.names.name],
  formerTables: ["message_facts", "chat_names", "session_facts", "crm_facts"],
  state: sessionsState,
  project(record, position, rows) {
    if (record.kind === "registration") return addRegistration(rows, record, position);
    if (record.kind === "apiKey") return addApiKey(rows, record, position);
    addEvent(rows, record, position);
    if ("drift" in record) addDrift(rows, record.envelope, record.drift);
    if (record.kind === "message") addBotsOfMessage(rows, record);
    if (record.kind === "bot") addBotEvent(rows, record);
  },
};
