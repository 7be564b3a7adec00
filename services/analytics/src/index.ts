import { type Bot, type MessageEvent, topics } from "@portalstream/events";
import type { Projection, Rows } from "@portalstream/projection";
import { analyticsState } from "./state.ts";
import { botIds } from "./tables.ts";

export const analyticsTables = [botIds];

/** What figures are computed from: messages without their words, sessions and bots. */
export const analyticsProjection: Projection = {
  name: "analytics",
  topics: [topics.messages, topics.sessions, topics.bots],
  tables: [botIds.name, analyticsState.facts.name, analyticsState.names.name],
  formerTables: ["analytics_messages", "analytics_chat_names", "analytics_sessions"],
  state: analyticsState,
  project(record, _position, rows) {
    if (record.kind === "message") addBotsOfMessage(rows, record);
    if (record.kind === "bot") addBots(rows, record.envelope.portal, record.bots);
  },
};

function addBotsOfMessage(rows: Rows, { envelope, bot, messages }: MessageEvent): void {
  if (bot === null) return;
  addBots(rows, envelope.portal, bot.bots);
  for (const { authorKind, authorId } of messages)
    if (authorKind === "bot" && authorId !== null)
      addBots(rows, envelope.portal, [{ id: authorId, code: null }]);
}

function addBots(rows: Rows, portal: string, bots: readonly Bot[]): void {
  for (const { id } of bots) rows.once(botIds, [portal, id]);
}
