import { readFileSync } from "node:fs";

/** Bytes that are a process's own: pages of the log that it has mapped count as resident too, but are the kernel's to drop. */
export function memoryOf(pid: number): number {
  try {
    const kilobytes = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** What samples of memory say, in MB. */
export function memoryFigures(samples: readonly number[]): Record<string, number> {
  const mega = (bytes: number | undefined) => Math.round((bytes ?? 0) / 1_048_576);
  return {
    "memory after a quarter, MB": mega(samples[Math.floor(samples.length / 4)]),
    "memory at the end, MB": mega(samples.at(-1)),
    "memory at most, MB": mega(Math.max(...samples)),
  };
}
