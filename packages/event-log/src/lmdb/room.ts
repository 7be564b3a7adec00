import { statfsSync } from "node:fs";
import { EventLogError } from "../port.ts";
import type { Database } from "./records.ts";

// For the pages of the B-tree that change with the records.
const reserveBytes = 2 ** 17;
const pageBytes = 4096;
const metaPages = 2;

/** Says no before the disk or the configured limit does: a commit that runs out of disk half-way leaves LMDB with an I/O error. */
export class Room {
  readonly #path: string;
  readonly #database: Database;
  readonly #maxBytes: number;

  constructor(path: string, database: Database, maxBytes: number) {
    this.#path = path;
    this.#database = database;
    this.#maxBytes = maxBytes;
  }

  check(bytes: number): void {
    const needed = bytes + reserveBytes;
    if (this.#maxBytes < Number.POSITIVE_INFINITY && usedBytes(this.#database) + needed > this.#maxBytes) {
      throw new EventLogError("log_full", true, `the log would exceed its limit of ${this.#maxBytes} bytes`);
    }
    const { bavail, bsize } = statfsSync(this.#path);
    if (bavail * bsize < needed) throw new EventLogError("log_full", true, "the disk of the log is full");
  }
}

/** What its trees hold. The file does not shrink, but pages that were given back are written again before it grows. */
export function usedBytes(database: Database): number {
  const stats: object = database.getStats();
  return (metaPages + pagesOf(stats) + pagesOf("free" in stats ? stats.free : null)) * pageBytes;
}

function pagesOf(tree: unknown): number {
  if (typeof tree !== "object" || tree === null) return 0;
  const counts = ["treeBranchPageCount", "treeLeafPageCount", "overflowPages"];
  return counts.reduce((sum, name) => sum + Number(Reflect.get(tree, name)), 0);
}
