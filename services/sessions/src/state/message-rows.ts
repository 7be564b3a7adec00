import { count, flag, table, text, textList, textOrNull, time, timeOrNull } from "@portalstream/clickhouse";
import { contentOf, type Message } from "@portalstream/conversations";
import { type Rows, slotsOf } from "@portalstream/projection";

export const messagesTable = table("messages", [
  text("portal"),
  time("at"),
  text("message_key"),
  text("name"),
  count("version"),
  flag("deleted"),
  text("message_id"),
  text("chat_id"),
  text("connector"),
  text("line"),
  text("bitrix_message_id"),
  textList("external_message_ids"),
  text("direction"),
  text("author_kind"),
  text("author_id"),
  text("author_name"),
  textOrNull("text"),
  text("files"),
  timeOrNull("edited_at"),
  timeOrNull("deleted_at"),
  text("session_id"),
  text("source"),
  flag("is_rating"),
  flag("counted"),
  textList("event_ids"),
]);

/** The row of a message, and rows that hide it where it is no more. `chatId`: "" where no event tells the chat. */
export function addMessage(
  rows: Rows,
  portal: string,
  version: number,
  chatId: string,
  message: Message,
): void {
  const { slot, others } = slotsOf(message);
  const { placement, author } = message;
  const content = contentOf(message);
  rows.add(messagesTable, [
    portal,
    slot.at,
    slot.key,
    slot.name,
    version,
    false,
    message.id,
    chatId,
    message.connector,
    message.line,
    content.bitrixMessageId,
    content.externalMessageIds,
    message.direction,
    author.kind,
    author.id,
    content.authorName,
    content.text,
    content.files,
    content.editedAt,
    content.deletedAt,
    placement.sessionId,
    message.fromConnector ? "connector" : "bot",
    placement.isRating,
    placement.counted,
    content.eventIds,
  ]);
  for (const { at, key, name } of others)
    rows.add(messagesTable, [
      ...([portal, at, key, name, version, true, "", "", "", "", "", []] as const),
      ...(["inbound", "unknown", "", "", null, "", null, null, ""] as const),
      ...(["bot", false, false, []] as const),
    ]);
}
