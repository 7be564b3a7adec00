import { count, flag, table, text, textList, time } from "@portalstream/clickhouse";
import { sessionTable } from "@portalstream/projection";

export const botIds = table("analytics_bots", [text("portal"), text("bot_id")]);
export const foldedBots = table("analytics_folded_bots", [text("portal"), text("bot_id")]);
export const figureSessions = sessionTable("figure_sessions");

export const figureMessages = table("figure_messages", [
  text("portal"),
  time("at"),
  text("message_key"),
  text("name"),
  count("version"),
  flag("deleted"),
  text("chat_id"),
  text("connector"),
  text("line"),
  text("way"),
  flag("by_operator"),
  text("operator"),
  flag("edited"),
  flag("erased"),
]);

export const figureChats = table("figure_chats", [
  text("portal"),
  text("chat_id"),
  count("version"),
  flag("deleted"),
  count("facts"),
  text("connector"),
  text("line"),
  textList("names"),
]);
