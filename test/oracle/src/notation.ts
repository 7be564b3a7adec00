import { createHash } from "node:crypto";
import type {
  AuthorKind,
  BotContext,
  CrmEntity,
  Direction,
  Envelope,
  File,
  ReportedMessage,
  TellingRecord,
} from "./records.ts";

/** The notation of docs/metrics.md: one event, without the envelope. */
type Placed = {
  at: string;
  connector?: string | null;
  line?: string | null;
  chat?: string | null;
  user?: string;
};
export type NotedFile = string | { id: string; name?: string };
export type NotedMessage = Placed & {
  kind: "message";
  action?: "add" | "edit" | "delete";
  origin?: "openLine" | "connector" | "bot";
  bitrixChat?: string;
  message?: string;
  bitrixMessage?: string;
  from: AuthorKind;
  direction?: Direction;
  author?: string;
  signature?: string;
  text?: string;
  files?: NotedFile[];
  bots?: string[];
  dialog?: string;
  session?: string;
  sessionOpenedAt?: string;
  crm?: CrmEntity[];
};
export type NotedDialog = Placed & {
  kind: "session";
  action: "start" | "finish";
  origin: "dialog";
  session?: string;
};
export type NotedSession = Omit<Placed, "chat" | "user"> & {
  kind: "session";
  action: "start" | "finish";
  origin: "session";
  bitrixChat: string;
};
export type NotedBot = Placed & {
  kind: "bot";
  action?: "join" | "delete";
  bots: string[];
  bitrixChat?: string;
  session?: string;
  sessionOpenedAt?: string;
  crm?: CrmEntity[];
};
export type NotedEvent = NotedMessage | NotedDialog | NotedSession | NotedBot;

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
  "bot gone": "ONIMBOTDELETE",
} as const;

/** The name of the event that is noted. */
export function eventNameOf(event: NotedEvent): string {
  if (event.kind === "message") return names[`${event.origin ?? "openLine"} ${event.action ?? "add"}`];
  if (event.kind === "session") return names[`${event.origin} ${event.action}`];
  return names[event.action === "delete" ? "bot gone" : "bot join"];
}

/** The place of the event, with the defaults of the notation. */
export function placeOf(event: NotedMessage | NotedDialog | NotedBot) {
  return {
    connector: or(event.connector, "telegram"),
    line: or(event.line, "1"),
    externalChatId: or(event.chat, "c1"),
    connectorUserId: event.user ?? null,
  };
}

/** Who wrote the message, as the event tells it: a customer's message carries the customer's user. */
export const authorIdOf = ({ author, from, user }: NotedMessage): string | null =>
  author ?? (from === "customer" && user !== "0" ? user : undefined) ?? null;

/** The event of docs/metrics.md as a record of the log. */
export function recordOf(event: NotedEvent, portal: string): TellingRecord {
  const envelope = envelopeOf(event, portal);
  const rest = { envelope, drift: [], source: new Uint8Array() };
  switch (event.kind) {
    case "message":
      return {
        kind: "message",
        action: event.action ?? "add",
        origin: event.origin ?? "openLine",
        messages: [messageOf(event)],
        bot: botContext(event),
        ...rest,
      };
    case "session":
      return {
        kind: "session",
        action: event.action,
        origin: event.origin,
        sessions: [
          {
            ...(event.origin === "dialog"
              ? { ...placeOf(event), bitrixChatId: null, sessionId: event.session ?? null }
              : {
                  connector: or(event.connector, "telegram"),
                  line: or(event.line, "1"),
                  externalChatId: null,
                  connectorUserId: null,
                  bitrixChatId: event.bitrixChat,
                  sessionId: null,
                }),
            parentSessionId: null,
            lineName: null,
            customerUserId: null,
            closeTerm: null,
          },
        ],
        ...rest,
      };
    case "bot":
      return { ...botOf(event), ...rest };
  }
}

/** The same event noted twice has one id, as the same webhook delivered twice has. */
function envelopeOf(event: NotedEvent, portal: string): Envelope {
  const at = Date.parse(event.at);
  return {
    eventId: createHash("sha256").update(portal).update(JSON.stringify(event)).digest("hex"),
    portal,
    application: "default",
    name: eventNameOf(event),
    occurredAt: at,
    timed: true,
    receivedAt: at,
    subscriptionId: null,
    domain: null,
  };
}

const or = <T>(value: T | undefined, fallback: T): T => (value === undefined ? fallback : value);
const timeOrNull = (at: string | undefined) => (at === undefined ? null : Date.parse(at));

function fileOf(file: NotedFile): File {
  const told = typeof file === "string" ? { id: null, name: file } : { id: file.id, name: file.name ?? null };
  return { ...told, type: null, mime: null, url: null, size: null };
}

function messageOf(event: NotedMessage): ReportedMessage {
  return {
    bitrixMessageId: event.bitrixMessage ?? null,
    externalMessageIds: event.message === undefined ? [] : [event.message],
    ...placeOf(event),
    bitrixChatId: event.bitrixChat ?? null,
    direction: event.direction ?? (event.from === "customer" ? "inbound" : "outbound"),
    authorKind: event.from,
    authorId: authorIdOf(event),
    authorName: event.signature ?? null,
    text: event.text ?? (event.signature === undefined ? null : ""),
    files: (event.files ?? []).map(fileOf),
  };
}

function botContext(event: NotedMessage): BotContext | null {
  if (event.origin !== "bot") return null;
  return {
    bots: (event.bots ?? []).map((id) => ({ id, code: null })),
    dialogId: event.dialog ?? (event.bitrixChat === undefined ? null : `chat${event.bitrixChat}`),
    bitrixChatId: event.bitrixChat ?? null,
    chatType: event.dialog === undefined ? "openLine" : "private",
    sessionId: event.session ?? null,
    sessionOpenedAt: timeOrNull(event.sessionOpenedAt),
    crm: event.crm ?? [],
  };
}

function botOf(event: NotedBot) {
  const gone = event.action === "delete";
  const nowhere = { connector: null, line: null, externalChatId: null, connectorUserId: null };
  return {
    kind: "bot" as const,
    action: event.action ?? ("join" as const),
    bots: event.bots.map((id) => ({ id, code: null })),
    dialogId: event.bitrixChat === undefined ? null : `chat${event.bitrixChat}`,
    bitrixChatId: event.bitrixChat ?? null,
    chatType: "openLine",
    userId: null,
    userName: null,
    ...(gone ? nowhere : placeOf(event)),
    sessionId: event.session ?? null,
    sessionOpenedAt: timeOrNull(event.sessionOpenedAt),
    crm: event.crm ?? [],
    bitrixMessageId: null,
    command: null,
    reaction: null,
  };
}
