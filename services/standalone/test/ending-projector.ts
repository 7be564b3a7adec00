import { parentPort } from "node:worker_threads";

// A projector that runs, and when it is told to ends without a word.
parentPort?.postMessage({ kind: "running" });
parentPort?.once("message", () => process.exit(0));
