import { rebuild } from "@portalstream/projection";
import { loadConfig, widenThreadPool } from "@portalstream/runtime";
import { inWorld } from "../../../services/standalone/src/maintenance/open-world.ts";
import { projectionsNamed } from "../../../services/standalone/src/process/projections.ts";
import { memoryFigures, ownMemory } from "./memory.ts";

widenThreadPool();
// What `portalstream rebuild --all` does to a data folder, measured: node rebuild-server.ts DATA_DIR
const config = loadConfig({ PORTALSTREAM_DATA_DIR: process.argv[2] ?? "" });
const memory: number[] = [];
const sampling = setInterval(() => memory.push(ownMemory()), 250);
const started = performance.now();
const cpuBefore = process.cpuUsage();
let replayedAt = 0;
let total = 0;
const results = await inWorld(config, projectionsNamed([]), (world) =>
  rebuild({
    ...world,
    onProgress: (progress) => {
      world.onProgress(progress);
      if (progress.phase !== "replay") return;
      total = Math.max(total, progress.total);
      replayedAt = performance.now();
    },
  }),
);
const seconds = (performance.now() - started) / 1000;
clearInterval(sampling);
const { user, system } = process.cpuUsage(cpuBefore);
const changed = results.flatMap(({ tables }) => tables).filter((one) => one.equalGroups !== one.groups);
process.stdout.write(
  `${JSON.stringify({
    "events/s": Math.round(total / seconds),
    "events/s while replaying": Math.round((total * 1000) / (replayedAt - started)),
    seconds: seconds.toFixed(1),
    "CPU, µs an event": ((user + system) / total).toFixed(1),
    "tables that differ from the live ones": changed.length,
    ...memoryFigures(memory),
  })}\n`,
);
process.exit(0);
