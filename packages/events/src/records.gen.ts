// Generated from schemas/avro by scripts/generate.ts: do not edit.
/** Where an event came from and when. Portal is the member_id. */
export type Envelope = {
  /** SHA-256 (hex) of portal, upper-cased event name, ts and canonical data without secrets */
  eventId: string;
  /** member_id */
  portal: string;
  application: string;
  /** upper-cased event name */
  name: string;
  /** ts; receivedAt where the body had no ts */
  occurredAt: number;
  /** whether the body had a ts */
  timed: boolean;
  receivedAt: number;
  /** event_handler_id */
  subscriptionId: string | null;
  domain: string | null;
};
export type OtherEvent = {
  envelope: Envelope;
  /** The form body exactly as received, less the pairs that hold secrets */
  source: Uint8Array;
};
/** The record that could not be projected; null when ingest rejected the body */
export type LogPosition = {
  topic: string;
  partition: number;
  offset: number;
};
export type RejectedEvent = {
  envelope: Envelope;
  /** an error code of docs/errors.md */
  reason: string;
  /** which field, never its value */
  detail: string;
  position: LogPosition | null;
  /** The form body exactly as received, less the pairs that hold secrets */
  source: Uint8Array;
};
/** The topic is compacted by id */
export type ApiKey = {
  id: string;
  name: string;
  /** SHA-256 (hex) of the key */
  hash: string;
  portals: string[];
  createdAt: number;
  revokedAt: number | null;
};
export type MessageAction = "add" | "edit" | "delete";
export type MessageOrigin = "openLine" | "connector" | "bot";
export type Direction = "inbound" | "outbound";
export type AuthorKind = "unknown" | "customer" | "operator" | "bot" | "system";
export type File = {
  id: string | null;
  name: string | null;
  type: string | null;
  mime: string | null;
  url: string | null;
  /** bytes */
  size: number | null;
};
export type Message = {
  bitrixMessageId: string | null;
  externalMessageIds: string[];
  connector: string | null;
  line: string | null;
  externalChatId: string | null;
  /** fourth part of Bitrix24's USER_CODE: the connector user, 0 for all users of the external chat; null: this event does not say */
  connectorUserId: string | null;
  bitrixChatId: string | null;
  direction: Direction;
  /** unknown: this event does not say */
  authorKind: AuthorKind;
  authorId: string | null;
  authorName: string | null;
  /** without the operator's display name; null: this event does not say */
  text: string | null;
  files: File[];
};
export type Bot = {
  id: string;
  code: string | null;
};
export type CrmEntity = {
  type: string;
  id: string;
};
/** What a bot's event tells of the chat it is in */
export type BotContext = {
  bots: Bot[];
  dialogId: string | null;
  bitrixChatId: string | null;
  /** private, group, open, openLine, system or the letter as sent */
  chatType: string | null;
  sessionId: string | null;
  sessionOpenedAt: number | null;
  crm: CrmEntity[];
};
export type MessageEvent = {
  envelope: Envelope;
  action: MessageAction;
  origin: MessageOrigin;
  messages: Message[];
  bot: BotContext | null;
  /** paths of side fields that had an unknown shape and were left out */
  drift: string[];
  /** The form body exactly as received, less the pairs that hold secrets */
  source: Uint8Array;
};
export type SessionAction = "start" | "finish";
export type SessionOrigin = "dialog" | "session";
export type Session = {
  sessionId: string | null;
  parentSessionId: string | null;
  connector: string | null;
  line: string | null;
  lineName: string | null;
  externalChatId: string | null;
  /** fourth part of Bitrix24's USER_CODE: the connector user, 0 for all users of the external chat; null: this event does not say */
  connectorUserId: string | null;
  /** null: the event names its chat by the connector's id */
  bitrixChatId: string | null;
  customerUserId: string | null;
  closeTerm: string | null;
};
export type SessionEvent = {
  envelope: Envelope;
  action: SessionAction;
  /** dialog: ONIMCONNECTORDIALOG*, session: ONSESSION* */
  origin: SessionOrigin;
  sessions: Session[];
  /** paths of side fields that had an unknown shape and were left out */
  drift: string[];
  /** The form body exactly as received, less the pairs that hold secrets */
  source: Uint8Array;
};
export type BotAction = "join" | "delete" | "command" | "context" | "reaction";
export type Command = {
  id: string | null;
  name: string | null;
  params: string | null;
  context: string | null;
};
export type Reaction = {
  name: string;
  action: string | null;
};
export type BotEvent = {
  envelope: Envelope;
  action: BotAction;
  bots: Bot[];
  dialogId: string | null;
  bitrixChatId: string | null;
  /** private, group, open, openLine, system or the letter as sent */
  chatType: string | null;
  /** who invited the bot, gave the command or reacted */
  userId: string | null;
  userName: string | null;
  connector: string | null;
  line: string | null;
  externalChatId: string | null;
  /** fourth part of Bitrix24's USER_CODE: the connector user, 0 for all users of the external chat; null: this event does not say */
  connectorUserId: string | null;
  sessionId: string | null;
  sessionOpenedAt: number | null;
  crm: CrmEntity[];
  bitrixMessageId: string | null;
  command: Command | null;
  reaction: Reaction | null;
  /** paths of side fields that had an unknown shape and were left out */
  drift: string[];
  /** The form body exactly as received, less the pairs that hold secrets */
  source: Uint8Array;
};
export type PortalStatus = "active";
export type PreviousToken = {
  /** Sealed as the present one */
  token: Uint8Array;
  validUntil: number;
};
/** One enrolled portal and application; the topic is compacted by member_id/application */
export type Registration = {
  /** member_id */
  portal: string;
  application: string;
  domain: string;
  status: PortalStatus;
  enrolledAt: number;
  changedAt: number;
  /** application_token, AES-256-GCM: nonce 12, tag 16, ciphertext */
  token: Uint8Array;
  /** The token before this one, accepted until a given time; null where there is none */
  previous: PreviousToken | null;
};
export type PortalAction = "install" | "update" | "uninstall" | "payment" | "methodConfirm" | "test" | "userReady" | "subscriptionRenew" | "offline" | "settings" | "connectorOff" | "lineDelete";
export type PortalEvent = {
  envelope: Envelope;
  action: PortalAction;
  version: string | null;
  previousVersion: string | null;
  status: string | null;
  /** uninstall: whether the administrator asked to erase the data */
  clean: boolean | null;
  connector: string | null;
  line: string | null;
  /** paths of side fields that had an unknown shape and were left out */
  drift: string[];
  /** The form body exactly as received, less the pairs that hold secrets */
  source: Uint8Array;
};
