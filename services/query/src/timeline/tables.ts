/** Where a timeline is read from: the tables of the sessions service or those of the analytics service. */
export type Tables = { messages: string; chatNames: string; sessions: string; bots: string };

export const stateTables: Tables = {
  messages: "message_facts",
  chatNames: "chat_names",
  sessions: "session_facts",
  bots: "bot_facts",
};

export const analyticsTables: Tables = {
  messages: "analytics_messages",
  chatNames: "analytics_chat_names",
  sessions: "analytics_sessions",
  bots: "analytics_bots",
};
