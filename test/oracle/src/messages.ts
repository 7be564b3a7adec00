import type { Keys, Names } from "./chats.ts";
import type { Facts, MessageFact } from "./facts.ts";
import { distinct, greatest, sorted } from "./order.ts";
import type { AuthorKind, Direction, File } from "./records.ts";

export type Message = {
  messageId: string;
  /** "" where no event tells the chat. */
  chatId: string;
  connector: string;
  line: string;
  bitrixMessageId: string;
  externalMessageIds: string[];
  direction: Direction;
  author: { kind: AuthorKind; id: string; name: string };
  text: string | null;
  files: File[];
  sentAt: number;
  editedAt: number | null;
  deletedAt: number | null;
  source: "connector" | "bot";
  eventIds: string[];
  isRating: boolean;
  counted: boolean;
};

const connectorFirst = (fact: MessageFact) => (fact.source === "connector" ? 1 : 0);

function known(facts: readonly MessageFact[], field: "connector" | "line") {
  const telling = facts.filter((fact) => fact[field] !== "");
  const best = greatest(telling, (fact) => [connectorFirst(fact), fact.at, fact.eventId, fact[field]]);
  return best === null ? "" : best[field];
}

/** How much a fact knows of its message's author, and in which order facts are believed. */
function believed(fact: MessageFact) {
  const known = fact.authorKind === "unknown" ? 0 : fact.action === "add" ? 2 : 1;
  return [known, connectorFirst(fact), fact.at, fact.eventId];
}

function directionOf(facts: readonly MessageFact[]): Direction {
  const adds = facts.filter((fact) => fact.action === "add");
  return greatest(adds.length === 0 ? facts : adds, believed)?.direction ?? "inbound";
}

function authorOf(facts: readonly MessageFact[], direction: Direction, botIds: readonly string[]) {
  const kind = greatest(facts, believed)?.authorKind ?? "unknown";
  const telling = facts.filter(
    (fact) => fact.authorKind === kind || fact.authorKind === "unknown" || kind === "unknown",
  );
  const author = {
    kind,
    id:
      greatest(
        telling.filter((fact) => fact.authorId !== ""),
        believed,
      )?.authorId ?? "",
    name:
      greatest(
        facts.filter((fact) => fact.authorName !== ""),
        believed,
      )?.authorName ?? "",
  };
  if (botIds.includes(author.id) && (author.kind === "operator" || author.kind === "unknown")) {
    author.kind = "bot";
  }
  if (author.kind === "unknown") author.kind = direction === "inbound" ? "customer" : "operator";
  return author;
}

/** The identity of the message that a fact speaks of; null where nothing identifies it. */
function messageIdOf(fact: MessageFact, keys: Keys): string | null {
  if (fact.bitrixMessageId !== "") return `b${fact.bitrixMessageId}`;
  const { place, user } = fact.reference;
  const smallest = [...fact.externalMessageIds].sort().at(0);
  if (place === null || smallest === undefined) return null;
  return keys.message(place.connector, place.line, place.chat, user, smallest);
}

function messageOf(
  messageId: string,
  chatId: string,
  facts: readonly MessageFact[],
  botIds: readonly string[],
): Message {
  const adds = facts.filter((fact) => fact.action === "add");
  const edits = facts.filter((fact) => fact.action === "edit");
  const deletes = facts.filter((fact) => fact.action === "delete");
  const latest = (some: readonly MessageFact[]) =>
    greatest(some, (fact) => [fact.at, fact.action === "add" ? 0 : 1, fact.eventId]);
  const said = [...adds, ...edits];
  const times = (some: readonly MessageFact[]) => some.map((fact) => fact.at);
  const direction = directionOf(facts);
  return {
    messageId,
    chatId,
    connector: known(facts, "connector"),
    line: known(facts, "line"),
    bitrixMessageId: messageId.startsWith("b") ? messageId.slice(1) : "",
    externalMessageIds: distinct(facts.flatMap((fact) => fact.externalMessageIds)),
    direction,
    author: authorOf(facts, direction, botIds),
    text: latest(said.filter((fact) => fact.text !== null))?.text ?? null,
    files: latest(said.filter((fact) => fact.files.length > 0))?.files ?? [],
    sentAt: Math.min(...times(adds.length > 0 ? adds : facts)),
    editedAt: edits.length > 0 ? Math.max(...times(edits)) : null,
    deletedAt: deletes.length > 0 ? Math.min(...times(deletes)) : null,
    source: facts.some((fact) => fact.source === "connector") ? "connector" : "bot",
    eventIds: distinct(facts.map((fact) => fact.eventId)),
    isRating: false,
    counted: true,
  };
}

/** All messages; which of them are ratings is known only once there are sessions. */
export function messagesOf(all: Facts, names: Names, keys: Keys): Message[] {
  const identified: { messageId: string; chatId: string; fact: MessageFact }[] = [];
  for (const fact of all.messages) {
    const messageId = messageIdOf(fact, keys);
    if (messageId !== null) identified.push({ messageId, chatId: names.chatOf(fact.reference), fact });
  }
  const messages: Message[] = [];
  for (const messageId of distinct(identified.map((one) => one.messageId))) {
    const own = identified.filter((one) => one.messageId === messageId);
    const told = distinct(own.map((one) => one.chatId)).filter((chatId) => chatId !== "");
    for (const chatId of told.length > 0 ? told : [""]) {
      // What tells no chat belongs to the message wherever it is.
      const here = own.filter((one) => one.chatId === chatId || one.chatId === "");
      const facts = here.map((one) => one.fact);
      messages.push(messageOf(messageId, chatId, facts, all.botIds));
    }
  }
  for (const message of messages) {
    const covered = messages.some(
      (other) => other.source === "connector" && other.chatId === message.chatId && other.chatId !== "",
    );
    message.counted = message.source === "connector" || !covered;
  }
  return sorted(messages, (message) => [message.sentAt, message.messageId, message.chatId]);
}
