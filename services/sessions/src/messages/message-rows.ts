import { count, smallCount, table, text, textList, textOrNull } from "@portalstream/clickhouse";
import type { MessageEvent } from "@portalstream/events";
import {
  addBotSession,
  addChatName,
  factColumns,
  messageFacts,
  type RecordPosition,
  type Rows,
} from "@portalstream/projection";
import { chatNames, sessionFacts } from "../chats/tables.ts";

export const messageFactsTable = table("message_facts", [
  ...factColumns,
  text("bitrix_message_id"),
  textList("external_message_ids"),
  text("author_name"),
  textOrNull("text"),
  text("files"),
  text("topic"),
  smallCount("partition"),
  count("offset"),
]);

/** What a message event says: message_facts, chat_names, and from a bot's side session_facts, crm_facts and bot_facts. */
export function addMessages(
  rows: Rows,
  event: MessageEvent,
  { topic, partition, offset }: RecordPosition,
): void {
  const { envelope, bot } = event;
  for (const { message, columns, chatName } of messageFacts(event)) {
    rows.add(messageFactsTable, [
      ...columns,
      message.bitrixMessageId ?? "",
      message.externalMessageIds,
      message.authorName ?? "",
      message.text,
      message.files.length === 0 ? "" : JSON.stringify(message.files),
      topic,
      partition,
      offset,
    ]);
    addChatName(rows, chatNames, envelope, chatName);
    if (bot !== null) addBotSession(rows, sessionFacts, envelope, bot, message);
  }
}
