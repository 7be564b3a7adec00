import { table, text } from "@portalstream/clickhouse";
import { chatNamesTable, factColumns, sessionsTable } from "@portalstream/projection";

export const messages = table("analytics_messages", factColumns);
export const chatNames = chatNamesTable("analytics_chat_names");
export const sessions = sessionsTable("analytics_sessions");
export const botIds = table("analytics_bots", [text("portal"), text("bot_id")]);

export const analyticsTables = [messages, chatNames, sessions, botIds];
