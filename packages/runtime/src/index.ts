export {
  type Config,
  type KafkaSettings,
  loadConfig,
  settingsHelp,
  shownConfig,
  type TablesSettings,
  unknownSettings,
  widenThreadPool,
} from "./config.ts";
export { createLogger, type Logger } from "./logger.ts";
export { atScrape, createMetrics, type Metrics } from "./metrics.ts";
export { Problem, type ProblemInit } from "./problem.ts";
export { invalidRequest, problemHandler, problemOf, sendProblem } from "./problem-handler.ts";
export {
  type CommonProblemCode,
  commonProblem,
  commonProblems,
  type DeclaredProblem,
  problemsOf,
} from "./problems.ts";
export { describe, run, type Stop } from "./run.ts";
export { type Setting, SettingError, settings } from "./settings.ts";
export { lowerThreadPriority } from "./thread-priority.ts";
export type { SpanRecord, Spans } from "./tracing/spans.ts";
export { startTracing, type Tracing } from "./tracing/start-tracing.ts";
