import { globSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmbedded } from "../../stacks/embedded.ts";
import { report } from "./report.ts";

const seconds = 20;
/** Clock ticks a second in /proc/PID/stat on Linux. */
const ticks = 100;

/** How fast the product is ready on an empty folder, and what it costs when nobody talks to it. */
export async function benchIdle(): Promise<void> {
  const started = performance.now();
  const stack = await startEmbedded();
  const ready = (performance.now() - started) / 1000;
  try {
    await sleep(5_000);
    const before = cpuTicks(stack.dataDir);
    await sleep(seconds * 1000);
    const used = (cpuTicks(stack.dataDir) - before) / ticks;
    report("idle", {
      "start to ready, s": ready.toFixed(2),
      "idle CPU, % of a core": ((used / seconds) * 100).toFixed(2),
    });
  } finally {
    await stack.dispose();
  }
}

/** CPU time of the process that was started on this data folder. */
function cpuTicks(dataDir: string): number {
  for (const file of globSync("/proc/[0-9]*/environ")) {
    try {
      if (!readFileSync(file, "utf8").includes(`PORTALSTREAM_DATA_DIR=${dataDir}`)) continue;
      const fields = readFileSync(file.replace("environ", "stat"), "utf8").split(") ")[1]?.split(" ") ?? [];
      return Number(fields[11]) + Number(fields[12]);
    } catch {
      // The process ended, or is somebody else's.
    }
  }
  throw new Error("the process was not found");
}
