import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EventLog, openEventLog } from "@portalstream/event-log";
import { projectionsNamed } from "../../../services/standalone/src/process/projections.ts";

/** A data folder's log, beside the process that writes it. */
export const readerOf = (dataDir: string): Promise<EventLog> =>
  openEventLog({ kind: "embedded", path: join(dataDir, "log"), partitions: 1, role: "reader" });

/** Records that the slowest projection has not finished. */
export async function behind(log: EventLog): Promise<number> {
  let most = 0;
  for (const { name, topics } of projectionsNamed([])) {
    let left = 0;
    for (const topic of topics) {
      const finished = sum((await log.progress(name, topic)).map(({ next }) => next));
      left += sum((await log.extents(topic)).map(({ end }) => end)) - finished;
    }
    most = Math.max(most, left);
  }
  return most;
}

/** Resolves when both projections have finished what is in the log. */
export async function projected(
  log: EventLog,
  everyMs: number,
  onLeft: (left: number) => void,
): Promise<void> {
  for (;;) {
    const left = await behind(log);
    onLeft(left);
    if (left === 0) return;
    await sleep(everyMs);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
