import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { basename } from "node:path";

/**
 * Lowers the priority of the thread that calls, by its nice value (0 to 19). On Linux each thread has a priority of its own, and
 * setpriority(2) takes its id for a process id; elsewhere, and without the right to set priorities, nothing happens.
 */
export function lowerThreadPriority(nice: number): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(Number(basename(readlinkSync("/proc/thread-self"))), nice);
  } catch {
    // A thread of normal priority does the same work.
  }
}
