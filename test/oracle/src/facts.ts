import type { AuthorKind, Direction, File, LogRecord } from "./records.ts";

/** How a chat or a message that has no Bitrix24 id is called. The query API hashes; a test may hand its hash in. */
export type Naming = {
  chat: (connector: string, line: string, chat: string) => string;
  message: (connector: string, line: string, chat: string, message: string) => string;
};
export const plainNaming: Naming = {
  chat: (...parts) => `x:${parts.map(encodeURIComponent).join("/")}`,
  message: (...parts) => `x:${parts.map(encodeURIComponent).join("/")}`,
};

/** "" stands for "this event does not say". */
export type MessageFact = {
  messageId: string;
  eventId: string;
  at: number;
  action: "add" | "edit" | "delete";
  source: "connector" | "bot";
  connector: string;
  line: string;
  externalChat: string;
  bitrixChat: string;
  direction: Direction;
  authorKind: AuthorKind;
  authorId: string;
  authorName: string;
  bitrixMessageId: string;
  externalMessageIds: string[];
  text: string | null;
  files: File[];
};
export type ChatName = {
  at: number;
  externalChat: string;
  bitrixChat: string;
  connector: string;
  line: string;
  externalChatId: string;
};
export type SessionFact = {
  at: number;
  action: "start" | "finish";
  origin: "dialog" | "session" | "bot";
  bitrixChat: string;
  sessionId: string;
  connector: string;
  line: string;
};
export type Facts = { messages: MessageFact[]; names: ChatName[]; sessions: SessionFact[]; botIds: string[] };

type Place = {
  connector: string | null;
  line: string | null;
  externalChatId: string | null;
  bitrixChatId: string | null;
};

function nameOf(at: number, place: Place, naming: Naming): ChatName {
  const { connector, line, externalChatId } = place;
  const known = connector !== null && externalChatId !== null;
  return {
    at,
    externalChat: known ? naming.chat(connector, line ?? "", externalChatId) : "",
    bitrixChat: place.bitrixChatId ?? "",
    connector: connector ?? "",
    line: line ?? "",
    externalChatId: externalChatId ?? "",
  };
}

function messageIdOf(
  message: Place & { bitrixMessageId: string | null; externalMessageIds: string[] },
  naming: Naming,
) {
  if (message.bitrixMessageId !== null) return `b${message.bitrixMessageId}`;
  const { connector, line, externalChatId } = message;
  const smallest = [...message.externalMessageIds].sort().at(0);
  if (connector === null || externalChatId === null || smallest === undefined) return null;
  return naming.message(connector, line ?? "", externalChatId, smallest);
}

export function factsOf(records: readonly LogRecord[], portal: string, naming: Naming): Facts {
  const facts: Facts = { messages: [], names: [], sessions: [], botIds: [] };
  for (const record of records) {
    if (record.envelope.portal !== portal) continue;
    const at = record.envelope.occurredAt;
    const botSession = (place: Place, sessionId: string | null, openedAt: number | null) => {
      if (place.bitrixChatId === null || sessionId === null || openedAt === null) return;
      facts.sessions.push({
        at: openedAt,
        action: "start",
        origin: "bot",
        bitrixChat: place.bitrixChatId,
        sessionId,
        connector: place.connector ?? "",
        line: place.line ?? "",
      });
    };

    if (record.kind === "message") {
      for (const message of record.messages) {
        const bot = record.bot;
        const name = nameOf(at, message, naming);
        // A private dialog with a bot has no other name.
        if (bot !== null && bot.dialogId !== null && name.externalChat === "" && name.bitrixChat === "") {
          name.externalChat = naming.chat("bot", bot.bots[0]?.id ?? "", bot.dialogId);
        }
        facts.names.push(name);
        const messageId = messageIdOf(message, naming);
        if (messageId !== null) {
          facts.messages.push({
            messageId,
            eventId: record.envelope.eventId,
            at,
            action: record.action,
            source: record.origin === "bot" ? "bot" : "connector",
            connector: name.connector,
            line: name.line,
            externalChat: name.externalChat,
            bitrixChat: name.bitrixChat,
            direction: message.direction,
            authorKind: message.authorKind,
            authorId: message.authorId ?? "",
            authorName: message.authorName ?? "",
            bitrixMessageId: message.bitrixMessageId ?? "",
            externalMessageIds: message.externalMessageIds,
            text: message.text,
            files: message.files,
          });
        }
        if (bot !== null) {
          botSession({ ...message, bitrixChatId: bot.bitrixChatId }, bot.sessionId, bot.sessionOpenedAt);
          if (message.authorKind === "bot" && message.authorId !== null) facts.botIds.push(message.authorId);
        }
      }
      for (const bot of record.bot?.bots ?? []) facts.botIds.push(bot.id);
    }

    if (record.kind === "session") {
      for (const session of record.sessions) {
        if (session.bitrixChatId === null) continue;
        facts.names.push(nameOf(at, { ...session, externalChatId: null }, naming));
        facts.sessions.push({
          at,
          action: record.action,
          origin: record.origin,
          bitrixChat: session.bitrixChatId,
          sessionId: session.sessionId ?? "",
          connector: session.connector ?? "",
          line: session.line ?? "",
        });
      }
    }

    if (record.kind === "bot") {
      facts.names.push(nameOf(at, record, naming));
      botSession(record, record.sessionId, record.sessionOpenedAt);
      for (const bot of record.bots) facts.botIds.push(bot.id);
    }
  }
  return facts;
}
