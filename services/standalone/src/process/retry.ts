import { setTimeout as sleep } from "node:timers/promises";
import { describe, type Logger } from "@portalstream/runtime";

const pauseMs = 1_000;
const tellEveryMs = 60_000;

export type Retrying = {
  logger: Pick<Logger, "warn" | "info">;
  /** Who is to start. The log hears of the first failure, of one a minute after that, and of the end. */
  who: string;
  /** Ends the waiting: no more attempts are made. */
  signal?: AbortSignal;
};

/** Tries until it succeeds. Rejects with what trying again does not mend. */
export async function retry<Result>(
  attempt: () => Promise<Result>,
  { logger, who, signal }: Retrying,
): Promise<Result> {
  let toldAt: number | null = null;
  for (;;) {
    try {
      const result = await attempt();
      if (toldAt !== null) logger.info({ who }, "starts now");
      return result;
    } catch (error) {
      if (Reflect.get(Object(error), "retriable") !== true) throw error;
      if (toldAt === null || performance.now() - toldAt > tellEveryMs) {
        toldAt = performance.now();
        logger.warn({ who, error: describe(error) }, "cannot start yet");
      }
    }
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
  }
}
