import { setTimeout as sleep } from "node:timers/promises";

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** Tries until it succeeds, at least once, with growing pauses; null = the signal came before it did. */
export async function untilDone<Result>(
  attempt: () => Promise<Result>,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<Result | null> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) return null;
      onError(error);
      await pause(pauseMs, signal);
      if (signal.aborted) return null;
    }
  }
}

/** Resolves after that time, or when the signal comes: whoever waited looks at it. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => {});
