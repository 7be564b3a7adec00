import { parentPort, workerData } from "node:worker_threads";
import { type EventLogConfig, openEventLog } from "@portalstream/event-log";
import { serveReplay } from "@portalstream/projection";
import { projectionsNamed } from "../process/projections.ts";

// A thread in which records are read and rows are made for verify and rebuild.

export type ReplayThreadData = { log: EventLogConfig; projections: readonly string[] };

const { log, projections }: ReplayThreadData = workerData;
if (parentPort === null) throw new Error("replay-thread.ts runs as a worker thread");
serveReplay(parentPort, { log: await openEventLog(log), projections: projectionsNamed(projections) });
