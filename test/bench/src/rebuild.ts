import { parseArgs } from "node:util";
import { fill } from "./fill.ts";
import { benchPortals, evenSizes } from "./history/portals.ts";
import { memoryFigures } from "./memory.ts";
import { measureCommand } from "./product.ts";
import { projectFolder } from "./project-folder.ts";
import { against, report } from "./report.ts";
import { filling, inTemporaryFolder } from "./temporary-folder.ts";

const target = 50_000;

/** Both projections rebuilt from the log, every event interpreted again from its source, compared and exchanged. */
export async function benchRebuild(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { events: { type: "string", default: "2000000" } },
  });
  await inTemporaryFolder(async (dataDir) => {
    const limit = Number(values.events);
    const portals = benchPortals(evenSizes(limit));
    const events = await filling(dataDir, (log) => fill(log, portals, limit));
    process.stderr.write("projecting, so that there is something to rebuild\n");
    await projectFolder(dataDir, events);
    const { seconds, cpu, memory, output } = await measureCommand(dataDir, "rebuild", "--all");
    process.stderr.write(output);
    report("rebuild", {
      events,
      portals: portals.length,
      "events/s": against(Math.round(events / seconds), { kind: "atLeast", value: target }),
      "seconds, with the command's start": seconds.toFixed(1),
      "CPU, µs an event": ((cpu * 1e6) / events).toFixed(1),
      ...memoryFigures(memory),
    });
  });
}
