import type { Content, MessageFact } from "./fact.ts";
import { compareKnowledge, compareVersion, greatestOf, type Message } from "./message.ts";

/** What a message says, of its facts that hold contents. */
export type MessageContent = Content & {
  eventIds: readonly string[];
  editedAt: number | null;
  deletedAt: number | null;
};

export function contentOf({ facts }: Message): MessageContent {
  const [first] = facts;
  const eventIds = facts.length === 1 ? [first?.eventId ?? ""] : sortedSet(facts.map((one) => one.eventId));
  const times = (action: MessageFact["action"]) =>
    facts.filter((fact) => fact.action === action).map(({ at }) => at);
  const [edits, deletions] = [times("edit"), times("delete")];
  return {
    bitrixMessageId: bitrixIdOf(facts),
    externalMessageIds: sortedSet(facts.flatMap(({ content }) => content?.externalMessageIds ?? [])),
    authorName: greatestOf(facts.filter(names), compareKnowledge)?.content?.authorName ?? "",
    text: greatestOf(facts.filter(tellsText), compareVersion)?.content?.text ?? null,
    files: greatestOf(facts.filter(tellsFiles), compareVersion)?.content?.files ?? "",
    eventIds,
    editedAt: edits.length === 0 ? null : Math.max(...edits),
    deletedAt: deletions.length === 0 ? null : Math.min(...deletions),
  };
}

function bitrixIdOf(facts: readonly MessageFact[]): string {
  let greatest = "";
  for (const { content } of facts)
    if (content !== null && content.bitrixMessageId > greatest) greatest = content.bitrixMessageId;
  return greatest;
}

const names = ({ content }: MessageFact) => content !== null && content.authorName !== "";
// A deletion may tell a text too: it is Bitrix24's notice, not what the message said.
const tellsText = ({ action, content }: MessageFact) =>
  action !== "delete" && content !== null && content.text !== null;
const tellsFiles = ({ action, content }: MessageFact) =>
  action !== "delete" && content !== null && content.files !== "";

export const sortedSet = (values: Iterable<string>): string[] => [...new Set(values)].sort();
