import { readFileSync, readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { basename } from "node:path";

/** CAP_SYS_NICE, of capabilities(7). */
const mayRaise = 1n << 23n;

/**
 * Lowers the priority of the thread that calls, by its nice value (0 to 19). On Linux each thread has a priority of its own, and
 * setpriority(2) takes its id for a process id; elsewhere nothing happens. Neither does it without CAP_SYS_NICE: ClickHouse's engine can
 * then not lower its own threads (os_threads_nice_value_query), and would come before this one.
 */
export function lowerThreadPriority(nice: number): void {
  if (process.platform !== "linux") return;
  try {
    const [, capabilities = "0"] = /^CapEff:\s*(\w+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if ((BigInt(`0x${capabilities}`) & mayRaise) === 0n) return;
    setPriority(Number(basename(readlinkSync("/proc/thread-self"))), nice);
  } catch {
    // A thread of normal priority does the same work.
  }
}
