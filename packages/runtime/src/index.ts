export {
  type Config,
  loadConfig,
  settingsHelp,
  shownConfig,
  unknownSettings,
  widenThreadPool,
} from "./config.ts";
export { createLogger, type Logger } from "./logger.ts";
export { Problem, type ProblemInit } from "./problem.ts";
export { invalidRequest, problemHandler, problemOf } from "./problem-handler.ts";
export { describe, run, type Stop } from "./run.ts";
export { type Setting, SettingError, settings } from "./settings.ts";
