import { parseArgs } from "node:util";
import { fill } from "./fill.ts";
import { benchPortals, evenSizes } from "./history/portals.ts";
import { projectFolder } from "./project-folder.ts";
import { benchProjectOnKafka } from "./project-kafka.ts";
import { against, report } from "./report.ts";
import { filling, inTemporaryFolder } from "./temporary-folder.ts";

const target = 45_000;

/** From the log to all tables by the standalone process, with nothing else to do. */
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
  await inTemporaryFolder(async (dataDir) => {
    const limit = Number(values.events ?? 2_000_000);
    const portals = benchPortals(evenSizes(limit));
    const events = await filling(dataDir, (log) => fill(log, portals, limit));
    const measured = await projectFolder(dataDir, events);
    const rate = against(Number(measured["events/s"]), { kind: "atLeast", value: target });
    report("project", { events, portals: portals.length, ...measured, "events/s": rate });
  });
}
