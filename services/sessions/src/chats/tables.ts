import { chatNamesTable, sessionsTable } from "@portalstream/projection";

export const chatNames = chatNamesTable("chat_names");
export const sessionFacts = sessionsTable("session_facts");
