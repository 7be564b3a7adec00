import { once } from "node:events";
import { getPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";

const lowering = `
  import { readlinkSync } from "node:fs";
  import { getPriority } from "node:os";
  import { basename } from "node:path";
  import { parentPort, workerData } from "node:worker_threads";
  const { lowerThreadPriority } = await import(workerData);
  lowerThreadPriority(7);
  parentPort.postMessage(getPriority(Number(basename(readlinkSync("/proc/thread-self")))));
`;

test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
  "a thread lowers its own priority and no other's",
  async () => {
    const before = getPriority();
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(lowering)}`), {
      workerData: new URL("thread-priority.ts", import.meta.url).href,
    });
    expect(await once(worker, "message")).toEqual([7]);
    expect(getPriority()).toBe(before);
    await worker.terminate();
  },
);
