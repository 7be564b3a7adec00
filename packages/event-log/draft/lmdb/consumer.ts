import { setTimeout as sleep } from "node:timers/promises";
import type { Batch, Consumer, Consumption, Handle } from "../port.ts";
import { extentOf, readRecords } from "./reading.ts";
import type { Store } from "./store.ts";
import type { Wakeup } from "./wakeup.ts";

const leastPauseMs = 100;
const mostPauseMs = 5_000;

/** One loop a partition: read, hand over, save the progress. */
export function startConsumer(store: Store, wakeup: Wakeup, what: Consumption, handle: Handle): Consumer {
  const stopping = new AbortController();
  const loops = what.topics.flatMap((topic) =>
    Array.from({ length: store.partitions }, (_, partition) =>
      follow(store, wakeup, { ...what, topic, partition }, handle, stopping.signal),
    ),
  );
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

type Following = Consumption & { topic: string; partition: number };

async function follow(store: Store, wakeup: Wakeup, what: Following, handle: Handle, signal: AbortSignal): Promise<void> {
  const { group, topic, partition, maxRecords = 10_000, maxBytes = 8 * 1024 * 1024, lingerMs = 100 } = what;
  const saved = progressKey(group, topic, partition);
  let next = store.progress.get(saved) ?? 0;
  let pause = leastPauseMs;
  while (!signal.aborted) {
    const seen = wakeup.now();
    const { end } = extentOf(store, topic, partition);
    if (next >= end) {
      await wakeup.after(seen, signal);
      continue;
    }
    if (end - next < maxRecords) await sleep(lingerMs, null, { signal }).catch(() => {});
    const records = readRecords(store, topic, partition, next, { to: Number.MAX_SAFE_INTEGER, maxRecords, maxBytes });
    const last = records.at(-1);
    if (last === undefined || signal.aborted) continue;
    const batch: Batch = { topic, partition, records };
    try {
      await handle(batch, signal);
      next = last.offset + 1;
      await store.progress.put(saved, next);
      pause = leastPauseMs;
    } catch {
      await sleep(pause, null, { signal }).catch(() => {});
      pause = Math.min(pause * 2, mostPauseMs);
    }
  }
}

export const progressKey = (group: string, topic: string, partition: number): string => `${group}/${topic}/${partition}`;
