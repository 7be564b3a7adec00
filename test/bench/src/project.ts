import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openEventLog } from "@portalstream/event-log";
import { startChild } from "./child.ts";
import { fill } from "./fill.ts";
import { benchProjectOnKafka } from "./project-kafka.ts";
import { report } from "./report.ts";

/** From the log to all tables by the very threads of the standalone process, with nothing else to do. */
export async function benchProject(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      events: { type: "string" },
      kafka: { type: "boolean", default: false },
      processes: { type: "string", default: "1" },
    },
  });
  if (values.kafka) return benchProjectOnKafka(Number(values.events ?? 1_500_000), Number(values.processes));
  const events = Number(values.events ?? 2_000_000);
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
    process.stderr.write("\nprojecting\n");
    const child = await startChild("./project-server.ts", [dataDir]);
    const measured: Record<string, string> = child.hello;
    child.process.kill();
    report("project", { events, ...measured });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
