import { parentPort, workerData } from "node:worker_threads";
import { openEventLog } from "@portalstream/event-log";
import { serveReplay } from "../src/index.ts";
import { bothProjections } from "./installation.ts";

if (parentPort === null) throw new Error("replay-thread.ts runs as a worker thread");
const log = await openEventLog({ kind: "embedded", path: workerData, partitions: 2, role: "reader" });
serveReplay(parentPort, { log, projections: bothProjections });
