import { parentPort, workerData } from "node:worker_threads";
import { historyOf } from "./history/history.ts";
import type { BenchPortal } from "./history/portals.ts";
import { pack, recordsOf } from "./records-of.ts";

// Makes the records of some portals' histories, a slice each time that the other thread asks for one; null at the end.
const { portals, slices }: { portals: readonly BenchPortal[]; slices: number } = workerData;
const history = historyOf(portals, slices);

parentPort?.on("message", () => {
  const { value, done } = history.next();
  if (done === true) {
    parentPort?.postMessage(null);
    parentPort?.close();
    return;
  }
  const packed = pack(recordsOf(value.map(({ body }) => body)));
  parentPort?.postMessage(
    packed,
    packed.map(({ bytes }) => bytes.buffer),
  );
});
