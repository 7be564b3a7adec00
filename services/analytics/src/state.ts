import { type Message, wayOf } from "@portalstream/conversations";
import {
  addSessions,
  factsWithVotes,
  nameTable,
  type Rows,
  type StateLayout,
  slotsOf,
} from "@portalstream/projection";
import { figureChats, figureMessages, figureSessions, foldedBots } from "./tables.ts";

/** What figures count. */
export const analyticsState: StateLayout = {
  facts: factsWithVotes("analytics_facts"),
  names: nameTable("analytics_name_facts"),
  bots: "analytics_bots",
  foldedBots,
  chats: figureChats.name,
  tables: [figureMessages, figureSessions, figureChats].map(({ name }) => name),
  addState(rows, last, portal, version, update) {
    const { chatId } = update;
    if (update.kind === "gone") {
      last.add(figureChats, [portal, chatId, version, true, 0, "", "", []]);
      return;
    }
    const isKnown = !chatId.startsWith("m");
    for (const message of update.changes.messages)
      addMessage(rows, portal, version, isKnown ? chatId : "", message);
    if (!isKnown) return;
    addSessions(rows, figureSessions, portal, version, update);
    const { facts, face, names } = update;
    last.add(figureChats, [portal, chatId, version, false, facts, face.connector, face.line, names]);
  },
};

/** A message that does not count is hidden. */
function addMessage(rows: Rows, portal: string, version: number, chatId: string, message: Message): void {
  const { slot, others } = slotsOf(message);
  const { author, direction, placement, edited, deleted } = message;
  const byOperator = author.kind === "operator" && direction === "outbound";
  rows.add(figureMessages, [
    portal,
    slot.at,
    slot.key,
    slot.name,
    version,
    !placement.counted,
    chatId,
    message.connector,
    message.line,
    wayOf(message),
    byOperator,
    byOperator ? author.id : "",
    edited,
    deleted,
  ]);
  for (const { at, key, name } of others)
    rows.add(figureMessages, [
      ...([portal, at, key, name, version, true, "", "", ""] as const),
      ...(["system", false, "", false, false] as const),
    ]);
}
