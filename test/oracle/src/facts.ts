import type { AuthorKind, CrmEntity, Direction, File, LogRecord } from "./records.ts";

/** A connector's chat. Both the connector and the chat are told; a line that is not told is "". */
export type Place = { connector: string; line: string; chat: string };
/** What an event tells of a chat; "" stands for "this event does not tell it". */
export type Reference = { place: Place | null; user: string; bitrixChat: string };

/** "" stands for "this event does not tell it". */
export type MessageFact = {
  reference: Reference;
  eventId: string;
  at: number;
  action: "add" | "edit" | "delete";
  source: "connector" | "bot";
  connector: string;
  line: string;
  direction: Direction;
  authorKind: AuthorKind;
  authorId: string;
  authorName: string;
  bitrixMessageId: string;
  externalMessageIds: string[];
  text: string | null;
  files: File[];
};
/** An event names a chat. */
export type Naming = {
  reference: Reference;
  at: number;
  connector: string;
  line: string;
  externalChatId: string;
  bots: string[];
  crm: CrmEntity[];
};
export type SessionFact = {
  reference: Reference;
  at: number;
  action: "start" | "finish";
  origin: "dialog" | "session" | "bot";
  sessionId: string;
  connector: string;
  line: string;
};
export type Facts = { messages: MessageFact[]; namings: Naming[]; sessions: SessionFact[]; botIds: string[] };

type Told = {
  connector: string | null;
  line: string | null;
  externalChatId: string | null;
  connectorUserId: string | null;
  bitrixChatId: string | null;
};

function referenceOf({ connector, line, externalChatId, ...told }: Told): Reference {
  const known = connector !== null && externalChatId !== null;
  const place = known ? { connector, line: line ?? "", chat: externalChatId } : null;
  return { place, user: told.connectorUserId ?? "", bitrixChat: told.bitrixChatId ?? "" };
}

const tellsNothing = ({ place, bitrixChat }: Reference) => place === null && bitrixChat === "";

export function factsOf(records: readonly LogRecord[], portal: string): Facts {
  const facts: Facts = { messages: [], namings: [], sessions: [], botIds: [] };
  const name = (at: number, reference: Reference, told: Told, bots: string[], crm: CrmEntity[]) => {
    const { connector, line, externalChatId } = told;
    facts.namings.push({
      reference,
      at,
      connector: connector ?? "",
      line: line ?? "",
      externalChatId: externalChatId ?? "",
      bots,
      crm,
    });
  };
  const botSession = (
    reference: Reference,
    told: Told,
    sessionId: string | null,
    openedAt: number | null,
  ) => {
    if (tellsNothing(reference) || sessionId === null || openedAt === null) return;
    const { connector, line } = told;
    const start = { action: "start", origin: "bot", sessionId } as const;
    facts.sessions.push({ ...start, reference, at: openedAt, connector: connector ?? "", line: line ?? "" });
  };

  for (const record of records) {
    if (record.envelope.portal !== portal) continue;
    const at = record.envelope.occurredAt;

    if (record.kind === "message") {
      const bot = record.bot;
      const bots = (bot?.bots ?? []).map(({ id }) => id);
      facts.botIds.push(...bots);
      for (const message of record.messages) {
        const reference = referenceOf(message);
        if (bot?.bitrixChatId) reference.bitrixChat = bot.bitrixChatId;
        // A private dialog with a bot has no other name.
        if (bot !== null && bot.dialogId !== null && tellsNothing(reference)) {
          reference.place = { connector: "bot", line: bots[0] ?? "", chat: bot.dialogId };
          reference.user = "";
        }
        name(at, reference, message, bots, bot?.crm ?? []);
        facts.messages.push({
          reference,
          eventId: record.envelope.eventId,
          at,
          action: record.action,
          source: record.origin === "bot" ? "bot" : "connector",
          connector: message.connector ?? "",
          line: message.line ?? "",
          direction: message.direction,
          authorKind: message.authorKind,
          authorId: message.authorId ?? "",
          authorName: message.authorName ?? "",
          bitrixMessageId: message.bitrixMessageId ?? "",
          externalMessageIds: message.externalMessageIds,
          text: message.text,
          files: message.files,
        });
        if (bot === null) continue;
        botSession(reference, message, bot.sessionId, bot.sessionOpenedAt);
        if (message.authorKind === "bot" && message.authorId !== null) facts.botIds.push(message.authorId);
      }
    }

    if (record.kind === "session") {
      for (const session of record.sessions) {
        const reference = referenceOf(session);
        name(at, reference, session, [], []);
        facts.sessions.push({
          reference,
          at,
          action: record.action,
          origin: record.origin,
          sessionId: session.sessionId ?? "",
          connector: session.connector ?? "",
          line: session.line ?? "",
        });
      }
    }

    if (record.kind === "bot") {
      const reference = referenceOf(record);
      const bots = record.bots.map(({ id }) => id);
      facts.botIds.push(...bots);
      name(at, reference, record, bots, record.crm);
      botSession(reference, record, record.sessionId, record.sessionOpenedAt);
    }
  }
  return facts;
}
