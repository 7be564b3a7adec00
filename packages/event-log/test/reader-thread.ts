import { parentPort, workerData } from "node:worker_threads";
import { openEventLog } from "../src/index.ts";

// A thread that consumes what another one writes, and tells when each record arrived and how it fared with writing. Its timers take a
// hundred times as long: what it looks for only from time to time comes so late that nobody can take it for being told.

const { setTimeout: set } = globalThis;
globalThis.setTimeout = Object.assign((callback: () => void, ms = 0) => set(callback, ms * 100), set);

const log = await openEventLog({ kind: "embedded", path: workerData, partitions: 3, role: "reader" });
const told = {
  kind: "running",
  refusal: await log.append("any", [{ key: "k", value: new Uint8Array() }]).catch(String),
};
await log.consume({ group: "thread", topics: ["contract.thread"], lingerMs: 0 }, async ({ records }) => {
  const at = performance.timeOrigin + performance.now();
  for (const { value } of records)
    parentPort?.postMessage({ kind: "record", text: Buffer.from(value).toString(), at });
});
parentPort?.postMessage(told);
parentPort?.once("message", async () => {
  await log.close();
  parentPort?.postMessage({ kind: "closed" });
});
