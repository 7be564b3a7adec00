import { readFileSync } from "node:fs";

/** Clock ticks a second in /proc/PID/stat on Linux. */
const ticks = 100;

/** CPU time that a process has used, in seconds; 0 where the system does not tell. */
export function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  } catch {
    return 0;
  }
}
