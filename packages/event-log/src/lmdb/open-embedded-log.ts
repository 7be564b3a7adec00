import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EventLogError } from "../port.ts";
import { EmbeddedLog } from "./embedded-log.ts";
import { asLogError } from "./lmdb-error.ts";
import { Progress } from "./progress.ts";
import { openEnvironment, Records } from "./records.ts";
import { lockForWriting } from "./writer-lock.ts";

export type EmbeddedConfig = {
  kind: "embedded";
  path: string;
  /** For ever: the log remembers it and opens with no other. */
  partitions: number;
  /** One writer a folder; any number of readers, which consume and save progress, beside it in other threads or processes. */
  role: "writer" | "reader";
  /** The log calls itself full rather than exceed this. Default: the disk. */
  maxBytes?: number;
};

export async function openEmbeddedLog(config: EmbeddedConfig): Promise<EmbeddedLog> {
  const { partitions } = config;
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > 1024) {
    throw new EventLogError("log_unavailable", false, `a log has 1 to 1,024 partitions, not ${partitions}`);
  }
  const path = resolve(config.path);
  try {
    return config.role === "writer" ? await openWriter(path, config) : await openReader(path, config);
  } catch (error) {
    throw await asLogError(error, `the log at ${path} cannot be opened`);
  }
}

async function openWriter(path: string, { partitions, maxBytes }: EmbeddedConfig): Promise<EmbeddedLog> {
  mkdirSync(path, { recursive: true });
  const opened: (() => unknown)[] = [lockForWriting(join(path, "writer.lock"))];
  try {
    const database = openEnvironment(join(path, "records"), false);
    opened.push(() => database.close());
    const records = await Records.open(database, partitions, true);
    const progress = new Progress(openEnvironment(join(path, "progress"), false));
    opened.push(() => progress.close());
    // LMDB syncs its files, but the names of new files are their folders'.
    for (const folder of ["records", "progress", ".", ".."]) syncFolder(join(path, folder));
    return new EmbeddedLog({ path, records, progress, maxBytes: maxBytes ?? null, opened });
  } catch (error) {
    for (const close of opened.reverse()) await close();
    throw error;
  }
}

async function openReader(path: string, { partitions }: EmbeddedConfig): Promise<EmbeddedLog> {
  const folder = join(path, "records");
  if (!existsSync(join(folder, "data.mdb"))) throw new EventLogError("log_unavailable", true, `no log at ${path} yet`);
  const database = openEnvironment(folder, true);
  const opened = [() => database.close()];
  try {
    const records = await Records.open(database, partitions, false);
    const progress = new Progress(openEnvironment(join(path, "progress"), false));
    opened.push(() => progress.close());
    return new EmbeddedLog({ path, records, progress, maxBytes: null, opened });
  } catch (error) {
    for (const close of opened.reverse()) await close();
    throw error;
  }
}
