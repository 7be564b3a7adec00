import { type RowOf, table, text, time } from "@portalstream/clickhouse";
import {
  type Envelope,
  externalChatKey,
  type Message,
  type MessageEvent,
  messageKey,
} from "@portalstream/events";
import type { Rows } from "./rows.ts";

export class ProjectionFault extends Error {
  readonly code: "unidentified_message";
  readonly retriable = false;
  constructor(code: "unidentified_message") {
    super("the message has neither a Bitrix24 id nor the ids of its connector");
    this.code = code;
  }
}

/** The key of the chat that a message names from the connector's side; a bot's dialog where nothing else names a chat; else "". */
function externalChatOf(event: MessageEvent, message: Message): string {
  const { connector, line, externalChatId, bitrixChatId } = message;
  if (connector !== null && externalChatId !== null)
    return externalChatKey(connector, line ?? "", externalChatId);
  const dialog = event.bot?.dialogId ?? null;
  if (bitrixChatId !== null || dialog === null) return "";
  return externalChatKey("bot", event.bot?.bots[0]?.id ?? "", dialog);
}

/** What an event says of one message. `columns`: see `factColumns`; `chatName`: the names that it gives the chat, if any. */
export type MessageFact = { message: Message; columns: FactColumns; chatName: ChatNameColumns | null };
type KeyedMessage = { key: string; message: Message };

// When records are replayed for several projections, they ask in turn.
let lastAsked: { event: MessageEvent; facts: readonly MessageFact[] } | null = null;

/**
 * The messages that an event tells of, each once: an operator's deletion lists one Bitrix24 message once for every external id,
 * and two rows of one event and message would not both outlive a merge. Throws ProjectionFault.
 */
export function messageFacts(event: MessageEvent): readonly MessageFact[] {
  if (lastAsked?.event === event) return lastAsked.facts;
  const facts = keyedMessages(event).map(({ key, message }) => {
    const externalChat = externalChatOf(event, message);
    return {
      message,
      columns: columnsOf(event, key, message, externalChat),
      chatName: chatNameOf(event.envelope, { ...message, externalChat }),
    };
  });
  lastAsked = { event, facts };
  return facts;
}

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

/** What message_facts and analytics_messages begin with. */
export const factColumns = [
  text("portal"),
  text("message_key"),
  text("event_id"),
  text("action"),
  text("origin"),
  time("at"),
  text("connector"),
  text("line"),
  text("external_chat_id"),
  text("external_chat"),
  text("bitrix_chat"),
  text("direction"),
  text("author_kind"),
  text("author_id"),
] as const;

type FactColumns = RowOf<typeof factColumns>;

function columnsOf(
  { envelope, action, origin }: MessageEvent,
  key: string,
  message: Message,
  externalChat: string,
): FactColumns {
  return [
    envelope.portal,
    key,
    envelope.eventId,
    action,
    origin === "bot" ? "bot" : "connector",
    envelope.occurredAt,
    message.connector ?? "",
    message.line ?? "",
    message.externalChatId ?? "",
    externalChat,
    message.bitrixChatId ?? "",
    message.direction,
    message.authorKind,
    message.authorId ?? "",
  ];
}

type ChatName = {
  externalChat: string;
  bitrixChatId: string | null;
  connector: string | null;
  line: string | null;
  externalChatId: string | null;
};

/** chat_names and analytics_chat_names. */
export const chatNamesTable = (name: string) =>
  table(name, [
    text("portal"),
    text("external_chat"),
    text("bitrix_chat"),
    text("connector"),
    text("line"),
    text("external_chat_id"),
    time("last"),
  ]);
export type ChatNamesTable = ReturnType<typeof chatNamesTable>;

/** All but the time. */
type ChatNameColumns = readonly [
  portal: string,
  externalChat: string,
  bitrixChat: string,
  connector: string,
  line: string,
  externalChatId: string,
];

/** Null: the name says nothing of the chat. */
export function chatNameOf(envelope: Envelope, name: ChatName): ChatNameColumns | null {
  const { externalChat, bitrixChatId, connector, line, externalChatId } = name;
  if (externalChat === "" && bitrixChatId === null) return null;
  return [
    envelope.portal,
    externalChat,
    bitrixChatId ?? "",
    connector ?? "",
    line ?? "",
    externalChatId ?? "",
  ];
}

export function addChatName(
  rows: Rows,
  table: ChatNamesTable,
  envelope: Envelope,
  name: ChatNameColumns | null,
): void {
  if (name !== null) rows.latest(table, name, envelope.occurredAt);
}
