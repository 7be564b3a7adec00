export {
  type Answer,
  type GroupBy,
  type MessageFigures,
  messagesAnswer,
  type Question,
  type ResponseFigures,
  responseTimesAnswer,
  type SessionFigures,
  sessionsAnswer,
} from "./analytics.ts";
export { type Bucket, bucketsOf, type Interval } from "./calendar.ts";
export { type Keys, plainKeys } from "./chats.ts";
export {
  type Example,
  examplesOf,
  expectedAnalytics,
  expectedChat,
  expectedItems,
  isAnalytics,
  isChat,
  questionOf,
} from "./examples.ts";
export { generateDeliveries, generateHistory, generateNotation, rangeOf } from "./history.ts";
export {
  type ChatAnswer,
  chatAnswers,
  findChat,
  type MessageAnswer,
  messageAnswers,
  type SessionAnswer,
  sessionAnswers,
} from "./lists.ts";
export {
  authorIdOf,
  eventNameOf,
  type NotedBot,
  type NotedDialog,
  type NotedEvent,
  type NotedFile,
  type NotedMessage,
  type NotedSession,
  placeOf,
  recordOf,
} from "./notation.ts";
export { type Reading, read } from "./reading.ts";
export type { LogRecord, TellingRecord } from "./records.ts";
