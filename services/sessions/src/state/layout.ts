import { table, text } from "@portalstream/clickhouse";
import {
  addSessions,
  factsWithWords,
  nameTable,
  type StateLayout,
  sessionTable,
} from "@portalstream/projection";
import { addAliases, addChat, addGone, chatAliasesTable, chatsTable } from "./chat-rows.ts";
import { addMessage, messagesTable } from "./message-rows.ts";

export const sessionsTable = sessionTable("sessions");
export const foldedBotsTable = table("folded_bots", [text("portal"), text("bot_id")]);

/** Chats, messages and sessions as the query API shows them. */
export const sessionsState: StateLayout = {
  facts: factsWithWords("facts"),
  names: nameTable("name_facts"),
  bots: "bot_facts",
  foldedBots: foldedBotsTable,
  chats: chatsTable.name,
  tables: [messagesTable, sessionsTable, chatsTable, chatAliasesTable].map(({ name }) => name),
  addState(rows, last, portal, version, update) {
    if (update.kind === "gone") return addGone(last, portal, version, update.chatId);
    const isKnown = !update.chatId.startsWith("m");
    for (const message of update.changes.messages)
      addMessage(rows, portal, version, isKnown ? update.chatId : "", message);
    if (!isKnown) return;
    addSessions(rows, sessionsTable, portal, version, update);
    if (update.isRenamed) addAliases(rows, portal, version, update);
    addChat(last, portal, version, update);
  },
};
