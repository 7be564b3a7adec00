import { type Logger, pino } from "pino";

export type { Logger };

/** JSON lines on standard output. Nothing received is ever logged: no body, header, key or token. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
