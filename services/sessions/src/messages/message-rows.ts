import type { MessageEvent } from "@portalstream/events";
import {
  addBotSession,
  addChatName,
  messageFacts,
  type RecordPosition,
  type Rows,
} from "@portalstream/projection";

/** What a message event says: message_facts, chat_names, and from a bot's side session_facts, crm_facts and bot_facts. */
export function addMessages(
  rows: Rows,
  event: MessageEvent,
  { topic, partition, offset }: RecordPosition,
): void {
  const { envelope, bot } = event;
  for (const { message, externalChat, columns } of messageFacts(event)) {
    rows.addTo("message_facts", columns, [
      message.bitrixMessageId ?? "",
      message.externalMessageIds,
      message.authorName ?? "",
      message.text,
      message.files.length === 0 ? "" : JSON.stringify(message.files),
      topic,
      partition,
      offset,
    ]);
    addChatName(rows, "chat_names", envelope, { ...message, externalChat });
    if (bot !== null) addBotSession(rows, "session_facts", envelope, bot, message);
  }
}
