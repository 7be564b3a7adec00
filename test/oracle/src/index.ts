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
export {
  type Example,
  examplesOf,
  expectedAnalytics,
  expectedItems,
  isAnalytics,
  questionOf,
} from "./examples.ts";
export { type Naming, plainNaming } from "./facts.ts";
export { generateDeliveries, generateHistory, generateNotation, rangeOf } from "./history.ts";
export {
  type ChatAnswer,
  chatAnswers,
  type MessageAnswer,
  messageAnswers,
  type SessionAnswer,
  sessionAnswers,
} from "./lists.ts";
export { type NotedEvent, recordOf } from "./notation.ts";
export { type Reading, read } from "./reading.ts";
export type { LogRecord, TellingRecord } from "./records.ts";
