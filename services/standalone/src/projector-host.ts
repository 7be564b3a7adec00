import { Worker } from "node:worker_threads";
import type { ClickHouse } from "@portalstream/clickhouse";
import type { EventLog } from "@portalstream/event-log";
import { describe, type Logger, type Stop } from "@portalstream/runtime";
import type { Ask, ProjectorData, Report, Tell } from "./bridge.ts";

export type ProjectorWorld = { log: EventLog; db: ClickHouse; logger: Logger; data: ProjectorData };

/** A batch's records live as long as the batch: with a small nursery each of them would be copied about. */
const resourceLimits = { maxYoungGenerationSizeMb: 128 };

/** Starts a projection's thread; resolves once it consumes. Its death is the process's: a projection must never stop in silence. */
export function startProjector({ log, db, logger, data }: ProjectorWorld): Promise<Stop> {
  const worker = new Worker(new URL("./projector.ts", import.meta.url), { workerData: data, resourceLimits });
  const tell = (what: Tell) => worker.postMessage(what);
  const serve = (ask: Ask): Promise<unknown> =>
    ask.kind === "insert" ? db.insert(ask.table, ask.rows) : log.append(ask.topic, ask.entries);
  return new Promise((resolve, reject) => {
    let stopped: (() => void) | null = null;
    worker.on("message", (message: Ask | Report) => {
      if (message.kind === "running") return resolve(stop);
      if (message.kind === "stopped") return stopped?.();
      serve(message).then(
        () => tell({ kind: "done", id: message.id }),
        (error: unknown) => {
          const { message: text } = describe(error);
          logger.error(
            { error: describe(error), ask: message.kind },
            "projection failed and will be tried again",
          );
          tell({ kind: "failed", id: message.id, message: text });
        },
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
