import { table, text, time } from "@portalstream/clickhouse";
import type { Bot, BotEvent, CrmEntity, Envelope, MessageEvent } from "@portalstream/events";
import { addBotChatName, addBotSession, type Rows } from "@portalstream/projection";
import { chatNames, sessionFacts } from "../chats/tables.ts";

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

export const crmFacts = table("crm_facts", [text("portal"), text("bitrix_chat"), text("type"), text("id")]);

const never = 0;

/** That these bots exist. */
function addSeen(rows: Rows, portal: string, bots: readonly Bot[]): void {
  for (const bot of bots)
    rows.once(botFacts, [portal, bot.id, "seen", "", "", "", never, "", bot.code ?? "", ""]);
}

function addCrm(
  rows: Rows,
  envelope: Envelope,
  bitrixChatId: string | null,
  crm: readonly CrmEntity[],
): void {
  if (bitrixChatId === null) return;
  for (const { type, id } of crm) rows.once(crmFacts, [envelope.portal, bitrixChatId, type, id]);
}

/** What a bot event says: bot_facts, chat_names, session_facts and crm_facts. */
export function addBotEvent(rows: Rows, event: BotEvent): void {
  const { envelope, action, dialogId, bitrixChatId, chatType, userId } = event;
  addSeen(rows, envelope.portal, event.bots);
  addBotChatName(rows, chatNames, event);
  addBotSession(rows, sessionFacts, envelope, event, event);
  addCrm(rows, envelope, bitrixChatId, event.crm);
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
  addCrm(rows, envelope, bot.bitrixChatId, bot.crm);
  for (const message of event.messages) {
    if (message.authorKind === "bot" && message.authorId !== null)
      addSeen(rows, envelope.portal, [{ id: message.authorId, code: null }]);
  }
}
