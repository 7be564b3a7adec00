import type { Consumer, Consumption, EventLog, Handle } from "../port.ts";
import { Appender } from "./appender.ts";
import { progressKey, startConsumer } from "./consumer.ts";
import { extentOf, readRecords } from "./reading.ts";
import { openStore, type Store } from "./store.ts";
import { Wakeup } from "./wakeup.ts";

const readAhead = { maxRecords: 1_000, maxBytes: 4 * 1024 * 1024 };

export type LmdbConfig = { path: string; partitions: number; role: "writer" | "reader"; maxBytes: number };

export async function openLmdbEventLog({ path, partitions, role, maxBytes }: LmdbConfig): Promise<EventLog> {
  const store = openStore(path, partitions, role);
  const wakeup = new Wakeup(() => store.topics.get("\u0000commits") ?? 0);
  const appender = new Appender(store, maxBytes, () => wakeup.wake());
  const consumers = new Set<Consumer>();
  const each = <T>(make: (partition: number) => T): T[] => Array.from({ length: partitions }, (_, at) => make(at));
  return {
    append: (topic, entries) => appender.append(topic, entries),
    consume: async (what: Consumption, handle: Handle) => {
      const consumer = startConsumer(store, wakeup, what, handle);
      consumers.add(consumer);
      return { stop: () => consumer.stop().finally(() => consumers.delete(consumer)) };
    },
    read: (topic, partition, from, to) => readAll(store, topic, partition, from, to),
    extents: async (topic) => each((partition) => extentOf(store, topic, partition)),
    progress: async (group, topic) =>
      each((partition) => ({ partition, next: store.progress.get(progressKey(group, topic, partition)) ?? 0 })),
    ready: async () => appender.checkRoom(),
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await appender.close();
      await store.progress.close();
      await store.root.close();
    },
  };
}

async function* readAll(store: Store, topic: string, partition: number, from: number, to: number) {
  for (let next = from; next < to; ) {
    const records = readRecords(store, topic, partition, next, { to, ...readAhead });
    const last = records.at(-1);
    if (last === undefined) return;
    yield* records;
    next = last.offset + 1;
  }
}
