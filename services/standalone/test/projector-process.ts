import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import type { EventLog } from "@portalstream/event-log";
import { createLogger, createMetrics, run } from "@portalstream/runtime";
import { ProjectionMetrics } from "../src/process/projection-metrics.ts";
import { startProjector } from "../src/projector/projector-host.ts";

// node projector-process.ts MODULE: a process with a projection whose thread is of that module, and is told to end once it runs.
const [module = ""] = process.argv.slice(2);
const nothing = (): never => {
  throw new Error("nobody asks for this");
};
const log: EventLog = {
  append: nothing,
  consume: nothing,
  read: nothing,
  extents: nothing,
  progress: nothing,
  ready: nothing,
  close: nothing,
};
const logger = createLogger("info");
const started = new Promise<Worker>((resolve) => process.once("worker", resolve));
await run(logger, () =>
  startProjector({
    log,
    db: { insert: nothing, lines: nothing, query: async () => [] },
    metrics: new ProjectionMetrics(createMetrics(), logger),
    data: {
      projection: "sessions",
      log: { kind: "embedded", path: "", partitions: 1, role: "reader" },
      tables: { kind: "chdb", path: "" },
    },
    module: new URL(module, import.meta.url),
  }),
);
process.stdout.write("running\n");
(await started).postMessage("end");
// For ever, but for a signal or an error.
setInterval(() => {}, 60_000);
await once(process, "never");
