import { setTimeout as sleep } from "node:timers/promises";
import type { EventLog } from "@portalstream/event-log";
import { topics } from "@portalstream/events";

const pauseMs = 5;

/** Resolves when all that was written to the registry's topics so far can be read through the query API, or when patience ends. */
export async function settled(log: EventLog, group: string, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (const topic of [topics.registry, topics.apiKeys]) {
    for (const { partition, end } of await log.extents(topic)) {
      while (Date.now() < deadline && (await finished(log, group, topic, partition)) < end)
        await sleep(pauseMs);
    }
  }
}

async function finished(log: EventLog, group: string, topic: string, partition: number): Promise<number> {
  const progress = await log.progress(group, topic);
  return progress.find((one) => one.partition === partition)?.next ?? 0;
}
