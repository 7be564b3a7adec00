import type { Extent, LogRecord } from "../port.ts";
import { countOf, decodeBlock } from "./block.ts";
import { baseOf, keyOf, type Store } from "./store.ts";

const beyond = 2 ** 53 - 1;

/** The base of the block that holds `offset`, or of the last block before it; null where there is none. */
function baseAt(store: Store, topic: number, partition: number, offset: number): number | null {
  const range = { start: keyOf(topic, partition, offset), end: keyOf(topic, partition, 0), reverse: true, limit: 1, inclusiveEnd: true };
  for (const key of store.blocks.getKeys(range)) {
    const found = Buffer.from(key);
    // Keys of another partition are outside the range; lmdb's reverse ranges include the nearest below their end.
    return found.readUInt16BE(0) === topic && found.readUInt16BE(2) === partition ? baseOf(found) : null;
  }
  return null;
}

/** [first, end) of a partition as it lies on disk. */
export function extentOf(store: Store, topicName: string, partition: number): Extent {
  const topic = store.topics.get(topicName);
  const base = topic === undefined ? null : baseAt(store, topic, partition, beyond);
  if (topic === undefined || base === null) return { partition, first: 0, end: 0 };
  const block = store.blocks.getBinary(keyOf(topic, partition, base));
  return { partition, first: 0, end: base + (block === undefined ? 0 : countOf(block)) };
}

/** Records from `from` on, up to the bounds; at least one where there is one. Throws EventLogError log_corrupt. */
export function readRecords(
  store: Store,
  topicName: string,
  partition: number,
  from: number,
  bounds: { to: number; maxRecords: number; maxBytes: number },
): LogRecord[] {
  const topic = store.topics.get(topicName);
  if (topic === undefined) return [];
  const records: LogRecord[] = [];
  let bytes = 0;
  const start = keyOf(topic, partition, baseAt(store, topic, partition, from) ?? 0);
  const end = keyOf(topic, partition, bounds.to);
  for (const { key, value } of store.blocks.getRange({ start, end })) {
    for (const record of decodeBlock(Buffer.from(value), partition, baseOf(Buffer.from(key)))) {
      if (record.offset < from || record.offset >= bounds.to) continue;
      bytes += record.value.length + record.key.length;
      if (records.length > 0 && (records.length >= bounds.maxRecords || bytes > bounds.maxBytes)) return records;
      records.push(record);
    }
  }
  return records;
}
