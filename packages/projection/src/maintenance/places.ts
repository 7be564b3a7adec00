import type { EventLog } from "@portalstream/event-log";
import { eventTopics } from "@portalstream/events";
import type { Projection } from "../projection.ts";
import type { Range } from "../replay/parts.ts";
import type { LogPlace } from "./ledger.ts";

/** What a partition holds, and what of it the live projection has done. */
export type Partition = { topic: string; partition: number; first: number; next: number; end: number };

/** The partitions that a projection reads live. Progress is asked first, so that the log's end is never behind it by mistake. */
export async function livePartitions(log: EventLog, { name, topics }: Projection): Promise<Partition[]> {
  const found = await Promise.all(
    topics.map(async (topic) => {
      const progress = new Map((await log.progress(name, topic)).map((one) => [one.partition, one.next]));
      const extents = await log.extents(topic);
      return extents.map((extent) => ({ topic, ...extent, next: progress.get(extent.partition) ?? 0 }));
    }),
  );
  return found.flat();
}

/**
 * Topics that a projection does not read live, but whose records may be of its families when they are interpreted again: nothing
 * of them is live, so all of them is history.
 */
export async function historyPartitions(log: EventLog, { topics }: Projection): Promise<Partition[]> {
  if (!topics.some((topic) => eventTopics.includes(topic))) return [];
  const others = eventTopics.filter((topic) => !topics.includes(topic));
  const found = await Promise.all(
    others.map(async (topic) =>
      (await log.extents(topic)).map((extent) => ({ topic, ...extent, next: extent.end })),
    ),
  );
  return found.flat();
}

export const placesOf = (partitions: readonly Partition[]): LogPlace[] =>
  partitions.map(({ topic, partition, next }) => ({ topic, partition, next }));

export const nextAt = (places: readonly LogPlace[], topic: string, partition: number): number =>
  places.find((place) => place.topic === topic && place.partition === partition)?.next ?? 0;

type Bounds = { topic: string; partition: number; from: number; to: number };

export const rangesOf = (projection: string, bounds: readonly Bounds[], reread: boolean): Range[] =>
  bounds
    .filter(({ from, to }) => from < to)
    .map(({ topic, partition, from, to }) => ({ projection, topic, partition, from, to, reread }));
