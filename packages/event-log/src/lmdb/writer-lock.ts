import { DatabaseSync } from "node:sqlite";
import { EventLogError } from "../port.ts";

const busy = 5;

/**
 * One writer a folder, across threads and processes. Node has no file locks of its own and LMDB lets any number of writers in;
 * SQLite's exclusive lock is the kernel's, so it dies with its holder, even by kill -9, and knows no pids that a container reuses.
 */
export function lockForWriting(file: string): () => void {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!(error instanceof Error && "errcode" in error && error.errcode === busy)) throw error;
    throw new EventLogError(
      "log_unavailable",
      true,
      `another writer has ${file} locked: one process writes a log`,
    );
  }
  return () => database.close();
}
