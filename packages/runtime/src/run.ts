import type { Logger } from "./logger.ts";

export type Stop = () => Promise<void>;

/** How long a stop may take before the process leaves all the same. */
const patienceMs = 15_000;

/**
 * Runs a service until SIGTERM or SIGINT, then stops it in order; a second signal forces. Exit code 0 after a clean stop,
 * 1 when the start failed, the stop failed or took longer than 15 s.
 */
export async function run(logger: Logger, start: () => Promise<Stop>): Promise<void> {
  const fatal = (error: unknown) => {
    logger.fatal({ error: describe(error) }, "stopped by an error");
    process.exit(1);
  };
  process.on("uncaughtException", fatal);
  process.on("unhandledRejection", fatal);
  const stop = await start().catch((error: unknown): never => {
    fatal(error);
    throw error;
  });
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), patienceMs).unref();
    stop().then(() => process.exit(0), fatal);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

/** What an error may say in a log line: its class, code and message, never a body. */
export function describe(error: unknown): { name: string; message: string; code?: unknown; stack?: string } {
  if (!isDescribed(error)) return { name: "unknown", message: String(error) };
  const { name, message, stack } = error;
  return {
    name,
    message,
    ...("code" in error ? { code: error.code } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** An error, or what was left of one that came from another thread. */
function isDescribed(error: unknown): error is { name: string; message: string; stack?: string } {
  return typeof Reflect.get(Object(error), "name") === "string" && "message" in Object(error);
}
