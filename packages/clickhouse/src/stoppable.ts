import { setTimeout as sleep } from "node:timers/promises";
import { ClickHouseFailure } from "./errors.ts";
import { quoted } from "./sql.ts";

const againMs = 50;

/** The setting that marks a statement: chdb has no query ids, and a mark is shown in system.processes on every engine. */
export const markSetting = "log_comment";

export const killMarked = (mark: string): string =>
  `KILL QUERY WHERE Settings['${markSetting}'] = ${quoted(mark)} ASYNC`;

export const cancelled = (): ClickHouseFailure =>
  new ClickHouseFailure("394", "ClickHouse error 394 QUERY_WAS_CANCELLED");

/**
 * Runs a statement. When the signal is aborted, `kill` is called until the statement has ended: the engine may not have begun it yet.
 * Rejects only then, so that a caller which counts running statements counts right.
 */
export async function stoppable<T>(
  signal: AbortSignal,
  run: () => Promise<T>,
  kill: () => Promise<unknown>,
): Promise<T> {
  if (signal.aborted) throw cancelled();
  const ended = new AbortController();
  let stopping: Promise<void> = Promise.resolve();
  const stop = async () => {
    while (!ended.signal.aborted) {
      await kill().catch(() => {});
      await sleep(againMs, null, { signal: ended.signal }).catch(() => {});
    }
  };
  const onAbort = () => {
    stopping = stop();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await run();
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    ended.abort();
    await stopping;
  }
}
