import { createHash } from "node:crypto";
import type { AuthorKind, BotContext, Direction, Envelope, TellingRecord } from "./records.ts";

/** The notation of docs/metrics.md: one event, without the envelope. */
type Placed = { at: string; connector?: string | null; line?: string | null; bitrixChat?: string };
export type NotedMessage = Placed & {
  kind: "message";
  action?: "add" | "edit" | "delete";
  origin?: "openLine" | "connector" | "bot";
  chat?: string | null;
  message?: string;
  bitrixMessage?: string;
  from: AuthorKind;
  direction?: Direction;
  author?: string;
  text?: string;
  files?: string[];
  bots?: string[];
  dialog?: string;
  session?: string;
  sessionOpenedAt?: string;
};
export type NotedSession = Placed & {
  kind: "session";
  action: "start" | "finish";
  origin: "dialog" | "session";
  bitrixChat: string;
  session?: string;
};
export type NotedBot = Placed & {
  kind: "bot";
  action?: "join" | "delete";
  bots: string[];
  chat?: string | null;
  session?: string;
  sessionOpenedAt?: string;
};
export type NotedEvent = NotedMessage | NotedSession | NotedBot;

const names = {
  "openLine add": "ONOPENLINEMESSAGEADD",
  "openLine edit": "ONOPENLINEMESSAGEUPDATE",
  "openLine delete": "ONOPENLINEMESSAGEDELETE",
  "connector add": "ONIMCONNECTORMESSAGEADD",
  "connector edit": "ONIMCONNECTORMESSAGEUPDATE",
  "connector delete": "ONIMCONNECTORMESSAGEDELETE",
  "bot add": "ONIMBOTMESSAGEADD",
  "bot edit": "ONIMBOTMESSAGEUPDATE",
  "bot delete": "ONIMBOTMESSAGEDELETE",
  "dialog start": "ONIMCONNECTORDIALOGSTART",
  "dialog finish": "ONIMCONNECTORDIALOGFINISH",
  "session start": "ONSESSIONSTART",
  "session finish": "ONSESSIONFINISH",
  "bot join": "ONIMBOTJOINCHAT",
} as const;

/** The same event noted twice has one id, as the same webhook delivered twice has. */
function envelopeOf(event: NotedEvent, portal: string, name: string): Envelope {
  const at = Date.parse(event.at);
  return {
    eventId: createHash("sha256").update(portal).update(JSON.stringify(event)).digest("hex"),
    portal,
    application: "default",
    name,
    occurredAt: at,
    timed: true,
    receivedAt: at,
    subscriptionId: null,
    domain: null,
  };
}

const or = <T>(value: T | undefined, fallback: T): T => (value === undefined ? fallback : value);
const timeOrNull = (at: string | undefined) => (at === undefined ? null : Date.parse(at));

function botContext(event: NotedMessage): BotContext | null {
  if (event.origin !== "bot") return null;
  return {
    bots: (event.bots ?? []).map((id) => ({ id, code: null })),
    dialogId: event.dialog ?? (event.bitrixChat === undefined ? null : `chat${event.bitrixChat}`),
    bitrixChatId: event.bitrixChat ?? null,
    chatType: event.dialog === undefined ? "openLine" : "private",
    sessionId: event.session ?? null,
    sessionOpenedAt: timeOrNull(event.sessionOpenedAt),
    crm: [],
  };
}

function messageRecord(event: NotedMessage, portal: string): TellingRecord {
  const action = event.action ?? "add";
  const origin = event.origin ?? "openLine";
  return {
    kind: "message",
    envelope: envelopeOf(event, portal, names[`${origin} ${action}`]),
    action,
    origin,
    messages: [
      {
        bitrixMessageId: event.bitrixMessage ?? null,
        externalMessageIds: event.message === undefined ? [] : [event.message],
        connector: or(event.connector, "telegram"),
        line: or(event.line, "1"),
        externalChatId: or(event.chat, "c1"),
        connectorUserId: null,
        bitrixChatId: event.bitrixChat ?? null,
        direction: event.direction ?? (event.from === "customer" ? "inbound" : "outbound"),
        authorKind: event.from,
        authorId: event.author ?? null,
        authorName: null,
        text: event.text ?? null,
        files: (event.files ?? []).map((name) => ({
          id: null,
          name,
          type: null,
          mime: null,
          url: null,
          size: null,
        })),
      },
    ],
    bot: botContext(event),
    drift: [],
    source: new Uint8Array(),
  };
}

function sessionRecord(event: NotedSession, portal: string): TellingRecord {
  return {
    kind: "session",
    envelope: envelopeOf(event, portal, names[`${event.origin} ${event.action}`]),
    action: event.action,
    origin: event.origin,
    sessions: [
      {
        sessionId: event.session ?? null,
        parentSessionId: null,
        connector: or(event.connector, "telegram"),
        line: or(event.line, "1"),
        lineName: null,
        externalChatId: null,
        connectorUserId: null,
        bitrixChatId: event.bitrixChat,
        customerUserId: null,
        closeTerm: null,
      },
    ],
    drift: [],
    source: new Uint8Array(),
  };
}

function botRecord(event: NotedBot, portal: string): TellingRecord {
  const action = event.action ?? "join";
  const place =
    action === "delete"
      ? { connector: null, line: null, externalChatId: null }
      : {
          connector: or(event.connector, "telegram"),
          line: or(event.line, "1"),
          externalChatId: or(event.chat, "c1"),
        };
  return {
    kind: "bot",
    envelope: envelopeOf(event, portal, action === "join" ? names["bot join"] : "ONIMBOTDELETE"),
    action,
    bots: event.bots.map((id) => ({ id, code: null })),
    dialogId: event.bitrixChat === undefined ? null : `chat${event.bitrixChat}`,
    bitrixChatId: event.bitrixChat ?? null,
    chatType: "openLine",
    userId: null,
    userName: null,
    ...place,
    connectorUserId: null,
    sessionId: event.session ?? null,
    sessionOpenedAt: timeOrNull(event.sessionOpenedAt),
    crm: [],
    bitrixMessageId: null,
    command: null,
    reaction: null,
    drift: [],
    source: new Uint8Array(),
  };
}

/** The record of the log that an event of docs/metrics.md stands for. */
export function recordOf(event: NotedEvent, portal: string): TellingRecord {
  if (event.kind === "message") return messageRecord(event, portal);
  return event.kind === "session" ? sessionRecord(event, portal) : botRecord(event, portal);
}
