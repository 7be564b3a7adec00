import type { Fact, MessageFact, NameFact, Place } from "@portalstream/conversations";
import { voteOf } from "@portalstream/conversations";
import {
  type AnyRecord,
  type BotContext,
  type BotEvent,
  type CrmEntity,
  externalChatKey,
  type Message,
  type MessageEvent,
  messageKey,
  type Session,
  type SessionEvent,
} from "@portalstream/events";
import { ProjectionFault } from "../projection-fault.ts";

/** What a record tells of chats. `bots`: user ids that it names as bots'. */
export type ChatFacts = {
  portal: string;
  facts: readonly Fact[];
  names: readonly NameFact[];
  bots: readonly string[];
};

// When records are replayed for several projections, each of them reads a record in turn.
let last: { record: AnyRecord; facts: ChatFacts | null } | null = null;

/** Null: records of this kind tell nothing of chats. Throws ProjectionFault. */
export function chatFactsOf(record: AnyRecord): ChatFacts | null {
  if (last?.record === record) return last.facts;
  const facts = read(record);
  last = { record, facts };
  return facts;
}

function read(record: AnyRecord): ChatFacts | null {
  switch (record.kind) {
    case "message":
      return ofMessages(record);
    case "session":
      return ofSessions(record);
    case "bot":
      return ofBot(record);
    default:
      return null;
  }
}

/** A place of the connector's world, or a private dialog with a bot. */
function placeOf(connector: string | null, line: string | null, externalChatId: string | null): Place | null {
  if (connector === null || externalChatId === null) return null;
  const key = externalChatKey(connector, line ?? "", externalChatId);
  return { key, connector, line: line ?? "", externalChatId };
}

/** The name of a place's chat for a connector user; "" where the event does not tell the user. */
export const nameOfPlace = ({ key, connector, line, externalChatId }: Place, user: string): string =>
  user === "" ? key : externalChatKey(connector, line, externalChatId, user);

type Named = {
  place: Place | null;
  user: string | null;
  bitrixChatId: string | null;
  connector: string | null;
  line: string | null;
};

/** The name that facts of a chat lie under; null: the event names no chat. */
function nameOf({ place, user, bitrixChatId }: Named): string | null {
  if (bitrixChatId !== null) return `b${bitrixChatId}`;
  return place === null ? null : nameOfPlace(place, user ?? "");
}

function nameFactsOf({ place, user, bitrixChatId, connector, line }: Named, last: number): NameFact[] {
  if (place === null && bitrixChatId === null) return [];
  const shown = { connector: connector ?? "", line: line ?? "" };
  return [{ place, user: user ?? "", bitrixChat: bitrixChatId ?? "", ...shown, last }];
}

function ofMessages(event: MessageEvent): ChatFacts {
  const { envelope, bot } = event;
  const { portal, occurredAt } = envelope;
  const facts: Fact[] = [];
  const names: NameFact[] = [];
  const bots = bot === null ? [] : bot.bots.map(({ id }) => id);
  for (const { key, message } of keyedMessages(event)) {
    const named = namedBy(message, bot);
    names.push(...nameFactsOf(named, occurredAt));
    facts.push(messageFact(event, key, message, named));
    if (bot !== null && message.authorKind === "bot" && message.authorId !== null)
      bots.push(message.authorId);
  }
  return { portal, facts, names, bots };
}

function namedBy(message: Message, bot: BotContext | null): Named {
  const { connector, line, externalChatId, connectorUserId, bitrixChatId } = message;
  const place = placeOf(connector, line, externalChatId) ?? dialogOf(bot, bitrixChatId);
  return { place, user: connectorUserId, bitrixChatId, connector, line };
}

/** A private dialog with a bot that has no other name. */
function dialogOf(bot: BotContext | null, bitrixChatId: string | null): Place | null {
  const dialogId = bot?.dialogId ?? null;
  if (bot === null || dialogId === null || bitrixChatId !== null) return null;
  return placeOf("bot", bot.bots[0]?.id ?? "", dialogId);
}

function messageFact(event: MessageEvent, key: string, message: Message, named: Named): MessageFact {
  const { envelope, action, origin, bot } = event;
  const { occurredAt, eventId } = envelope;
  return {
    kind: "message",
    name: nameOf(named) ?? `m${key}`,
    key,
    at: occurredAt,
    eventId,
    action,
    origin: origin === "bot" ? "bot" : "connector",
    connector: message.connector ?? "",
    line: message.line ?? "",
    place: named.place?.key ?? "",
    user: named.user ?? "",
    direction: message.direction,
    authorKind: message.authorKind,
    authorId: message.authorId ?? "",
    vote: voteOf(message.text),
    sessionId: bot?.sessionId ?? "",
    openedAt: bot?.sessionOpenedAt ?? 0,
    bots: bot === null ? [] : bot.bots.map(({ id }) => id),
    crm: bot === null ? [] : bot.crm.map(crmText),
    content: {
      bitrixMessageId: message.bitrixMessageId ?? "",
      externalMessageIds: message.externalMessageIds,
      authorName: message.authorName ?? "",
      text: message.text,
      files: message.files.length === 0 ? "" : JSON.stringify(message.files),
    },
  };
}

const crmText = ({ type, id }: CrmEntity) => `${type}|${id}`;

type KeyedMessage = { key: string; message: Message };

/**
 * The messages that an event tells of, each once: an operator's deletion lists one Bitrix24 message once for every external id, and
 * two rows of one event and message would not both outlive a merge.
 */
function keyedMessages(event: MessageEvent): KeyedMessage[] {
  const [only, ...others] = event.messages;
  if (only !== undefined && others.length === 0) return [{ key: keyOf(only), message: only }];
  const byKey = new Map<string, Message>();
  for (const message of event.messages) {
    const key = keyOf(message);
    const before = byKey.get(key);
    const ids = new Set([...(before?.externalMessageIds ?? []), ...message.externalMessageIds]);
    byKey.set(key, before === undefined ? message : { ...before, externalMessageIds: [...ids] });
  }
  return [...byKey].map(([key, message]) => ({ key, message }));
}

function keyOf(message: Message): string {
  const key = messageKey(message);
  if (key === null) throw new ProjectionFault("unidentified_message");
  return key;
}

function ofSessions(event: SessionEvent): ChatFacts {
  const { portal, occurredAt } = event.envelope;
  const sessions = event.sessions.flatMap((session) => sessionFact(event, session) ?? []);
  return {
    portal,
    facts: sessions.map(({ fact }) => fact),
    names: sessions.flatMap(({ named }) => nameFactsOf(named, occurredAt)),
    bots: [],
  };
}

function sessionFact({ envelope, action, origin }: SessionEvent, session: Session) {
  const { connector, line, externalChatId, connectorUserId: user, bitrixChatId } = session;
  const named = { place: placeOf(connector, line, externalChatId), user, bitrixChatId, connector, line };
  const name = nameOf(named);
  if (name === null) return null;
  const fact: Fact = {
    kind: "session",
    name,
    at: envelope.occurredAt,
    eventId: envelope.eventId,
    connector: connector ?? "",
    line: line ?? "",
    place: named.place?.key ?? "",
    action,
    origin,
    sessionId: session.sessionId ?? "",
    parentSessionId: session.parentSessionId ?? "",
  };
  return { fact, named };
}

function ofBot(event: BotEvent): ChatFacts {
  const { envelope, connector, line, externalChatId, connectorUserId: user, bitrixChatId } = event;
  const { portal, occurredAt, eventId } = envelope;
  const bots = event.bots.map(({ id }) => id);
  const named = { place: placeOf(connector, line, externalChatId), user, bitrixChatId, connector, line };
  const name = nameOf(named);
  if (name === null) return { portal, facts: [], names: [], bots };
  const fact: Fact = {
    kind: "bot",
    name,
    at: occurredAt,
    eventId,
    connector: connector ?? "",
    line: line ?? "",
    place: named.place?.key ?? "",
    sessionId: event.sessionId ?? "",
    openedAt: event.sessionOpenedAt ?? 0,
    bots,
    crm: event.crm.map(crmText),
  };
  return { portal, facts: [fact], names: nameFactsOf(named, occurredAt), bots };
}
