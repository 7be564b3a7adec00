import { Worker } from "node:worker_threads";
import type { ClickHouse } from "@portalstream/clickhouse";
import type { EventLog } from "@portalstream/event-log";
import { describe, type Stop } from "@portalstream/runtime";
import type { ProjectionMetrics } from "../process/projection-metrics.ts";
import type { Ask, ProjectorData, Report, Tell } from "./bridge.ts";

export type ProjectorWorld = {
  log: EventLog;
  db: Pick<ClickHouse, "insert">;
  metrics: ProjectionMetrics;
  data: ProjectorData;
};

/** A batch's records live as long as the batch: with a small nursery each of them would be copied about. */
const resourceLimits = { maxYoungGenerationSizeMb: 128 };

/** Starts a projection's thread; resolves once it consumes. Its death is the process's: a projection must never stop in silence. */
export function startProjector({ log, db, metrics, data }: ProjectorWorld): Promise<Stop> {
  const worker = new Worker(new URL("./projector.ts", import.meta.url), { workerData: data, resourceLimits });
  const tell = (what: Tell) => worker.postMessage(what);
  const serve = (ask: Ask): Promise<unknown> =>
    ask.kind === "insert" ? db.insert(ask.table, ask.rows) : log.append(ask.topic, ask.entries);
  return new Promise((resolve, reject) => {
    let stopped: (() => void) | null = null;
    worker.on("message", (message: Ask | Report) => {
      if (message.kind === "running") return resolve(stop);
      if (message.kind === "stopped") return stopped?.();
      if (message.kind === "observed") return metrics.observe(message.what);
      if (message.kind === "restarted") return metrics.restarted(data.projection, message.reason);
      serve(message).then(
        () => tell({ kind: "done", id: message.id }),
        (error: unknown) => tell({ kind: "failed", id: message.id, error: describe(error) }),
      );
    });
    worker.on("error", (error) => {
      reject(error);
      throw error;
    });
    const stop: Stop = () =>
      new Promise((done) => {
        stopped = done;
        tell({ kind: "stop" });
      });
  });
}
