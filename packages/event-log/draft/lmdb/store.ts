import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { EventLogError } from "../errors.ts";

/** Blocks by topic, partition and base offset; see keyOf. */
export type Blocks = Database<Buffer, Buffer>;
export type Store = {
  root: RootDatabase;
  blocks: Blocks;
  /** Ids of topics, given in the order in which topics are first used. */
  topics: Database<number, string>;
  /** `group/topic/partition` to the next offset; a file of its own so that saving progress never waits for an append. */
  progress: RootDatabase<number, string>;
  partitions: number;
};

const keyBytes = 12;

export function openStore(path: string, partitions: number, role: "writer" | "reader"): Store {
  mkdirSync(path, { recursive: true });
  const root = open({ path: join(path, "records.mdb"), maxDbs: 4, readOnly: role === "reader" });
  const blocks: Blocks = root.openDB({ name: "blocks", encoding: "binary", keyEncoding: "binary" });
  const topics: Database<number, string> = root.openDB({ name: "topics", encoding: "json" });
  const meta: Database<number, string> = root.openDB({ name: "meta", encoding: "json" });
  const made = meta.get("partitions");
  if (made === undefined && role === "writer") meta.putSync("partitions", partitions);
  if (made !== undefined && made !== partitions)
    throw new EventLogError(
      "log_unavailable",
      `the log at ${path} was made with ${made} partitions a topic, not ${partitions}`,
    );
  // Progress that is lost costs repeated work, never a record: no need to wait for the disk.
  const progress: RootDatabase<number, string> = open({ path: join(path, "progress.mdb"), encoding: "json", noSync: true });
  return { root, blocks, topics, progress, partitions };
}

/** u16 topic, u16 partition, u64 base offset, big-endian, so that blocks lie in order. */
export function keyOf(topic: number, partition: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(keyBytes);
  key.writeUInt16BE(topic, 0);
  key.writeUInt16BE(partition, 2);
  key.writeBigUInt64BE(BigInt(offset), 4);
  return key;
}

export const baseOf = (key: Buffer): number => Number(key.readBigUInt64BE(4));

/** FNV-1a, 32 bit: the same key is in the same partition for ever. */
export function partitionOf(key: string, partitions: number): number {
  if (partitions === 1) return 0;
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % partitions;
}
