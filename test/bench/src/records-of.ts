import type { Entry, EventLog } from "@portalstream/event-log";
import { recordOf } from "./record-of.ts";

/** The records of webhooks, by topic. */
export function recordsOf(bodies: readonly string[]): Map<string, Entry[]> {
  const byTopic = new Map<string, Entry[]>();
  for (const body of bodies) {
    const { topic, entry } = recordOf(Buffer.from(body));
    const entries = byTopic.get(topic);
    if (entries === undefined) byTopic.set(topic, [entry]);
    else entries.push(entry);
  }
  return byTopic;
}

export async function appendAll(log: EventLog, byTopic: ReadonlyMap<string, Entry[]>): Promise<void> {
  await Promise.all([...byTopic].map(([topic, entries]) => log.append(topic, entries)));
}

/** Records of one topic as they cross from one thread to another: their bytes stand one after the other. */
export type Packed = { topic: string; keys: string[]; ends: number[]; bytes: Uint8Array<ArrayBuffer> };

export const pack = (byTopic: ReadonlyMap<string, Entry[]>): Packed[] =>
  [...byTopic].map(([topic, entries]) => {
    const bytes = new Uint8Array(entries.reduce((sum, { value }) => sum + value.length, 0));
    const ends: number[] = [];
    let end = 0;
    for (const { value } of entries) {
      bytes.set(value, end);
      end += value.length;
      ends.push(end);
    }
    return { topic, keys: entries.map(({ key }) => key), ends, bytes };
  });

export const unpack = (packed: readonly Packed[]): Map<string, Entry[]> =>
  new Map(
    packed.map(({ topic, keys, ends, bytes }) => [
      topic,
      keys.map((key, at) => ({ key, value: bytes.subarray(ends[at - 1] ?? 0, ends[at]) })),
    ]),
  );
