import { parentPort, workerData } from "node:worker_threads";
import { EventLogError } from "@portalstream/event-log";
import { serveReplay } from "../src/index.ts";
import { bothProjections } from "./installation.ts";

// `workerData`: how the thread fails; else it fails when it is told to.
const failure = new EventLogError("log_unavailable", true, "the log went away");
if (parentPort === null) throw new Error("failing-thread.ts runs as a worker thread");
if (workerData === "at its start") throw failure;
const read = async function* () {
  if (workerData === "when it reads") throw failure;
  if (workerData === "by ending") process.exit(3);
  yield* [];
};
parentPort.on("message", (order) => {
  if (order === "fail") throw failure;
});
serveReplay(parentPort, { log: { read, close: async () => {} }, projections: bothProjections });
