import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, openEventLog } from "@portalstream/event-log";

/** A data folder that is removed when `work` ends. */
export async function inTemporaryFolder<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), "portalstream-bench-"));
  try {
    return await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Fills a data folder's log before a product is started on it. */
export async function filling<T>(dataDir: string, work: (log: EventLog) => Promise<T>): Promise<T> {
  const path = join(dataDir, "log");
  const log = await openEventLog({ kind: "embedded", path, partitions: 1, role: "writer" });
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}
