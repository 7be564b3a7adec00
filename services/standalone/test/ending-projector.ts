import { parentPort } from "node:worker_threads";

// A projector that runs, and then ends without a word.
parentPort?.postMessage({ kind: "running" });
setTimeout(() => process.exit(0), 50);
