import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openEventLog } from "@portalstream/event-log";
import { startChild } from "./child.ts";
import { fill } from "./fill.ts";
import { report } from "./report.ts";

/** Both projections rebuilt from the log, every event interpreted again from its source, compared and exchanged. */
export async function benchRebuild(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { events: { type: "string", default: "2000000" } },
  });
  const events = Number(values.events);
  const dataDir = await mkdtemp(join(tmpdir(), "portalstream-bench-"));
  try {
    const log = await openEventLog({
      kind: "embedded",
      path: join(dataDir, "log"),
      partitions: 1,
      role: "writer",
    });
    await fill(log, events);
    await log.close();
    process.stderr.write("\nprojecting, so that there is something to rebuild\n");
    const projecting = await startChild("./project-server.ts", [dataDir]);
    projecting.process.kill();
    process.stderr.write("\nrebuilding\n");
    const rebuilding = await startChild("./rebuild-server.ts", [dataDir]);
    rebuilding.process.kill();
    report("rebuild", { events, ...rebuilding.hello });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
