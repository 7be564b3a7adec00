import { setTimeout as sleep } from "node:timers/promises";
import type { EventLog } from "@portalstream/event-log";
import { registryTopics } from "@portalstream/events";

const firstPauseMs = 5;
const longestPauseMs = 100;

/**
 * Resolves when all that was written to the registry's topics so far can be read through the query API, when patience ends, or when
 * the log cannot be asked: what was written is kept all the same.
 */
export async function settled(log: EventLog, group: string, patienceMs: number): Promise<void> {
  const over = new AbortController();
  const patience = sleep(patienceMs, undefined, { signal: over.signal }).catch(() => {});
  const projected = allProjected(log, group, over.signal).catch(() => {});
  await Promise.race([projected, patience]);
  over.abort();
}

async function allProjected(log: EventLog, group: string, signal: AbortSignal): Promise<void> {
  let pause = firstPauseMs;
  for (const topic of registryTopics) {
    for (const { partition, end } of await log.extents(topic)) {
      while (!signal.aborted && (await finished(log, group, topic, partition)) < end) {
        await sleep(pause, undefined, { signal });
        pause = Math.min(longestPauseMs, pause * 2);
      }
    }
  }
}

async function finished(log: EventLog, group: string, topic: string, partition: number): Promise<number> {
  const progress = await log.progress(group, topic);
  return progress.find((one) => one.partition === partition)?.next ?? 0;
}
