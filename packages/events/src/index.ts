export { decodeRecord, encodeRecord } from "./codec.ts";
export { decodeForm } from "./form/decode-form.ts";
export {
  type DecodedForm,
  type EncodingFault,
  FormError,
  type FormErrorCode,
  type FormMap,
  type FormValue,
} from "./form/form.ts";
export { eventId } from "./form/identity.ts";
export { type NestedForm, nestForm } from "./form/nest.ts";
export { redact, redactForm } from "./form/redact.ts";
export { interpret } from "./interpret/interpret.ts";
export { decodeAnew, reinterpret } from "./interpret/reinterpret.ts";
export { externalChatKey, externalMessageKey, messageKey } from "./keys.ts";
export type { AnyRecord, LogEvent, RecordKind } from "./log-event.ts";
export { RecordError } from "./record-error.ts";
export type {
  ApiKey,
  AuthorKind,
  Bot,
  BotAction,
  BotContext,
  BotEvent,
  Command,
  CrmEntity,
  Direction,
  Envelope,
  File,
  LogPosition,
  Message,
  MessageAction,
  MessageEvent,
  MessageOrigin,
  OtherEvent,
  PortalAction,
  PortalEvent,
  PortalStatus,
  PreviousToken,
  Reaction,
  Registration,
  RejectedEvent,
  Session,
  SessionAction,
  SessionEvent,
  SessionOrigin,
} from "./records.gen.ts";
export { type SchemaVersion, schemaVersions } from "./schema-versions.ts";
export { allTopics, eventTopics, isCompacted, registryTopics, topicOf, topics } from "./topics.ts";
