// What the oracle reads: the records of the log, field by field as schemas/avro has them. Kept apart from the generated
// types so that the oracle stays independent; a LogEvent of packages/events fits in.
export type Envelope = {
  eventId: string;
  portal: string;
  application: string;
  name: string;
  occurredAt: number;
  timed: boolean;
  receivedAt: number;
  subscriptionId: string | null;
  domain: string | null;
};
export type File = {
  id: string | null;
  name: string | null;
  type: string | null;
  mime: string | null;
  url: string | null;
  size: number | null;
};
export type Direction = "inbound" | "outbound";
export type AuthorKind = "unknown" | "customer" | "operator" | "bot" | "system";
export type Bot = { id: string; code: string | null };
export type CrmEntity = { type: string; id: string };
export type ReportedMessage = {
  bitrixMessageId: string | null;
  externalMessageIds: string[];
  connector: string | null;
  line: string | null;
  externalChatId: string | null;
  /** The customer's user in the connector, the fourth part of the USER_CODE; "0" stands for all users of the external chat. */
  connectorUserId: string | null;
  bitrixChatId: string | null;
  direction: Direction;
  authorKind: AuthorKind;
  authorId: string | null;
  authorName: string | null;
  text: string | null;
  files: File[];
};
export type BotContext = {
  bots: Bot[];
  dialogId: string | null;
  bitrixChatId: string | null;
  chatType: string | null;
  sessionId: string | null;
  sessionOpenedAt: number | null;
  crm: CrmEntity[];
};
export type MessageRecord = {
  kind: "message";
  envelope: Envelope;
  action: "add" | "edit" | "delete";
  origin: "openLine" | "connector" | "bot";
  messages: ReportedMessage[];
  bot: BotContext | null;
  drift: string[];
  source: Uint8Array;
};
export type ReportedSession = {
  sessionId: string | null;
  parentSessionId: string | null;
  connector: string | null;
  line: string | null;
  lineName: string | null;
  bitrixChatId: string | null;
  externalChatId: string | null;
  connectorUserId: string | null;
  customerUserId: string | null;
  closeTerm: string | null;
};
export type SessionRecord = {
  kind: "session";
  envelope: Envelope;
  action: "start" | "finish";
  origin: "dialog" | "session";
  sessions: ReportedSession[];
  drift: string[];
  source: Uint8Array;
};
export type Command = {
  id: string | null;
  name: string | null;
  params: string | null;
  context: string | null;
};
export type BotRecord = {
  kind: "bot";
  envelope: Envelope;
  action: "join" | "delete" | "command" | "context" | "reaction";
  bots: Bot[];
  dialogId: string | null;
  bitrixChatId: string | null;
  chatType: string | null;
  userId: string | null;
  userName: string | null;
  connector: string | null;
  line: string | null;
  externalChatId: string | null;
  connectorUserId: string | null;
  sessionId: string | null;
  sessionOpenedAt: number | null;
  crm: CrmEntity[];
  bitrixMessageId: string | null;
  command: Command | null;
  reaction: { name: string; action: string | null } | null;
  drift: string[];
  source: Uint8Array;
};
/** Events that say nothing of chats: no figure depends on them. */
export type SilentRecord = { kind: "portal" | "other" | "rejected"; envelope: Envelope };
export type TellingRecord = MessageRecord | SessionRecord | BotRecord;
export type LogRecord = TellingRecord | SilentRecord;
