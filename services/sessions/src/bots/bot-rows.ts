import { table, text, time } from "@portalstream/clickhouse";
import type { Bot, BotEvent, MessageEvent } from "@portalstream/events";
import type { Rows } from "@portalstream/projection";

export const botFacts = table("bot_facts", [
  text("portal"),
  text("bot_id"),
  text("action"),
  text("dialog_id"),
  text("bitrix_chat"),
  text("chat_type"),
  time("at"),
  text("event_id"),
  text("code"),
  text("user_id"),
]);

const never = 0;

/** That these bots exist. */
function addSeen(rows: Rows, portal: string, bots: readonly Bot[]): void {
  for (const bot of bots)
    rows.once(botFacts, [portal, bot.id, "seen", "", "", "", never, "", bot.code ?? "", ""]);
}

/** What a bot event says of its bots. */
export function addBotEvent(rows: Rows, event: BotEvent): void {
  const { envelope, action, dialogId, bitrixChatId, chatType, userId } = event;
  addSeen(rows, envelope.portal, event.bots);
  if (action !== "join" && action !== "delete") return;
  for (const bot of event.bots) {
    rows.add(botFacts, [
      envelope.portal,
      bot.id,
      action,
      dialogId ?? "",
      bitrixChatId ?? "",
      chatType ?? "",
      envelope.occurredAt,
      envelope.eventId,
      bot.code ?? "",
      userId ?? "",
    ]);
  }
}

/** What a message event tells of the bots in its chat. */
export function addBotsOfMessage(rows: Rows, event: MessageEvent): void {
  const { envelope, bot } = event;
  if (bot === null) return;
  addSeen(rows, envelope.portal, bot.bots);
  for (const message of event.messages) {
    if (message.authorKind === "bot" && message.authorId !== null)
      addSeen(rows, envelope.portal, [{ id: message.authorId, code: null }]);
  }
}
