import type { Chat } from "./chats.ts";
import type { Vote } from "./fold.ts";
import type { Message } from "./messages.ts";
import { distinct } from "./order.ts";
import type { Reading } from "./reading.ts";
import type { AuthorKind, CrmEntity, Direction, File } from "./records.ts";
import { fromOperator, sessionOfMessage } from "./sessions.ts";

export type MessageCounts = {
  inbound: number;
  outbound: number;
  system: number;
  edited: number;
  deleted: number;
};
export type ChatAnswer = {
  chatId: string;
  bitrixChatId: string | null;
  externalChatId: string | null;
  connector: string | null;
  line: string | null;
  state: "open" | "closed" | "none";
  firstMessageAt: string | null;
  lastMessageAt: string | null;
  messages: MessageCounts;
  operators: string[];
  bots: string[];
  crm: CrmEntity[];
};
export type MessageAnswer = {
  messageId: string;
  chatId: string;
  connector: string | null;
  line: string | null;
  bitrixMessageId: string | null;
  externalMessageIds: string[];
  direction: Direction;
  author: { kind: AuthorKind; id: string | null; name: string | null };
  text: string | null;
  files: File[];
  sentAt: string;
  editedAt: string | null;
  deletedAt: string | null;
  sessionId: string | null;
  source: "connector" | "bot";
  eventIds: string[];
  isRating: boolean;
  counted: boolean;
};
export type SessionAnswer = {
  sessionId: string | null;
  chatId: string;
  connector: string | null;
  line: string | null;
  state: "open" | "closed";
  openedAt: string;
  closedAt: string | null;
  openedBy: string;
  firstInboundAt: string | null;
  firstResponseAt: string | null;
  firstResponseSeconds: number | null;
  firstResponseBy: string | null;
  rating: { value: Vote; ratedAt: string } | null;
  messages: { inbound: number; outbound: number; system: number };
  operators: string[];
};

export const time = (at: number) => new Date(at).toISOString();
const timeOrNull = (at: number | null) => (at === null ? null : time(at));
const told = (value: string) => (value === "" ? null : value);

export function countMessages(messages: readonly Message[]): MessageCounts {
  const counts = { inbound: 0, outbound: 0, system: 0, edited: 0, deleted: 0 };
  for (const message of messages) {
    if (message.author.kind === "system") counts.system += 1;
    else counts[message.direction] += 1;
    if (message.editedAt !== null) counts.edited += 1;
    if (message.deletedAt !== null) counts.deleted += 1;
  }
  return counts;
}

const operatorsOf = (messages: readonly Message[]) =>
  distinct(messages.filter(fromOperator).map((message) => message.author.id)).filter((id) => id !== "");

function chatAnswer(reading: Reading, chat: Chat): ChatAnswer {
  const messages = reading.messages.filter((message) => message.chatId === chat.chatId && message.counted);
  const last = reading.sessions.filter((session) => session.chatId === chat.chatId).at(-1);
  return {
    chatId: chat.chatId,
    bitrixChatId: chat.bitrixChatId,
    externalChatId: chat.externalChatId,
    connector: told(chat.connector),
    line: told(chat.line),
    state: last === undefined ? "none" : last.closedAt === null ? "open" : "closed",
    firstMessageAt: timeOrNull(messages.at(0)?.sentAt ?? null),
    lastMessageAt: timeOrNull(messages.at(-1)?.sentAt ?? null),
    messages: countMessages(messages),
    operators: operatorsOf(messages),
    bots: chat.bots,
    crm: chat.crm,
  };
}

/** In the order of their ids. */
export function chatAnswers(reading: Reading): ChatAnswer[] {
  return reading.chats.map((chat) => chatAnswer(reading, chat));
}

/** The chat of this id or of this external name; null where no event names it. */
export function findChat(reading: Reading, chatId: string): ChatAnswer | null {
  const meant = reading.aliases.get(chatId) ?? chatId;
  const chat = reading.chats.find((each) => each.chatId === meant);
  return chat === undefined ? null : chatAnswer(reading, chat);
}

/** Oldest first. */
export function messageAnswers(reading: Reading): MessageAnswer[] {
  return reading.messages.map((message) => {
    const sessions = reading.sessions.filter((session) => session.chatId === message.chatId);
    return {
      messageId: message.messageId,
      chatId: message.chatId,
      connector: told(message.connector),
      line: told(message.line),
      bitrixMessageId: told(message.bitrixMessageId),
      externalMessageIds: message.externalMessageIds,
      direction: message.direction,
      author: { kind: message.author.kind, id: told(message.author.id), name: told(message.author.name) },
      text: message.text,
      files: message.files,
      sentAt: time(message.sentAt),
      editedAt: timeOrNull(message.editedAt),
      deletedAt: timeOrNull(message.deletedAt),
      sessionId: told(sessionOfMessage(sessions, message)?.sessionId ?? ""),
      source: message.source,
      eventIds: message.eventIds,
      isRating: message.isRating,
      counted: message.counted,
    };
  });
}

/** Oldest first. */
export function sessionAnswers(reading: Reading): SessionAnswer[] {
  return reading.sessions.map((session) => {
    const { inbound, outbound, system } = countMessages(session.messages);
    return {
      sessionId: told(session.sessionId),
      chatId: session.chatId,
      connector: told(session.connector),
      line: told(session.line),
      state: session.closedAt === null ? "open" : "closed",
      openedAt: time(session.openedAt),
      closedAt: timeOrNull(session.closedAt),
      openedBy: session.openedBy,
      firstInboundAt: timeOrNull(session.firstInboundAt),
      firstResponseAt: timeOrNull(session.firstResponseAt),
      firstResponseSeconds:
        session.firstInboundAt === null || session.firstResponseAt === null
          ? null
          : (session.firstResponseAt - session.firstInboundAt) / 1000,
      firstResponseBy: told(session.firstResponder),
      rating:
        session.rating === null
          ? null
          : { value: session.rating.value, ratedAt: time(session.rating.ratedAt) },
      messages: { inbound, outbound, system },
      operators: operatorsOf(session.messages),
    };
  });
}
