import type {
  ApiKey,
  BotEvent,
  MessageEvent,
  OtherEvent,
  PortalEvent,
  Registration,
  RejectedEvent,
  SessionEvent,
} from "./records.gen.ts";

/** A record of any bitrix24.* topic. */
export type LogEvent =
  | ({ kind: "message" } & MessageEvent)
  | ({ kind: "session" } & SessionEvent)
  | ({ kind: "bot" } & BotEvent)
  | ({ kind: "portal" } & PortalEvent)
  | ({ kind: "other" } & OtherEvent)
  | ({ kind: "rejected" } & RejectedEvent);

/** A record of any topic. */
export type AnyRecord = LogEvent | ({ kind: "registration" } & Registration) | ({ kind: "apiKey" } & ApiKey);

export type RecordKind = AnyRecord["kind"];
