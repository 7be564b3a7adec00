import { Worker } from "node:worker_threads";
import type { ClickHouse } from "@portalstream/clickhouse";
import type { EventLog } from "@portalstream/event-log";
import { carryError, rebuiltPlaces } from "@portalstream/projection";
import type { Stop } from "@portalstream/runtime";
import type { ProjectionMetrics } from "../process/projection-metrics.ts";
import type { Ask, ProjectorData, Report, Tell } from "./bridge.ts";

export type ProjectorWorld = {
  log: EventLog;
  db: Pick<ClickHouse, "insert" | "lines" | "query">;
  metrics: ProjectionMetrics;
  data: Omit<ProjectorData, "rebuilt">;
  /** Another module than the projector's. */
  module?: URL;
};

/** A batch's records live as long as the batch: with a small nursery each of them would be copied about. */
const resourceLimits = { maxYoungGenerationSizeMb: 128 };
const projector = new URL("./projector.ts", import.meta.url);

/** Starts a projection's thread; resolves once it consumes. Its death is the process's: a projection must never stop in silence. */
export async function startProjector({
  log,
  db,
  metrics,
  data,
  module = projector,
}: ProjectorWorld): Promise<Stop> {
  const { projection } = data;
  const rebuilt = await rebuiltPlaces(db, projection);
  const workerData: ProjectorData = { ...data, rebuilt };
  const worker = new Worker(module, { workerData, resourceLimits });
  const tell = (what: Tell) => worker.postMessage(what);
  const serve = async (ask: Ask): Promise<void> => {
    const { id } = ask;
    if (ask.kind === "append") {
      await log.append(ask.topic, ask.entries);
      return tell({ kind: "appended", id });
    }
    if (ask.kind === "lines") {
      const lines = await db.lines(ask.sql, ask.params);
      // To copy a long answer would hold up the webhooks.
      return worker.postMessage({ kind: "read", id, lines } satisfies Tell, [lines.buffer]);
    }
    await db.insert(ask.table, ask.rows);
    tell({ kind: "inserted", id });
  };
  return new Promise((resolve, reject) => {
    let running = false;
    let stopped: (() => void) | null = null;
    worker.on("message", (message: Ask | Report) => {
      if (message.kind === "running") {
        running = true;
        return resolve(stop);
      }
      if (message.kind === "stopped") return stopped?.();
      if (message.kind === "observed") return metrics.observe(message.what);
      if (message.kind === "restarted") return metrics.restarted(projection, message.reason);
      serve(message).catch((error: unknown) =>
        tell({ kind: "failed", id: message.id, error: carryError(error) }),
      );
    });
    const fail = (error: unknown) => {
      // Until it runs, whoever starts it hears of it, and may try again.
      if (running) throw error;
      reject(error);
    };
    worker.on("error", fail);
    worker.on("exit", (code) => {
      if (stopped !== null) return stopped();
      fail(new Error(`the thread of ${projection} ended by itself with ${code}`));
    });
    const stop: Stop = () =>
      new Promise((done) => {
        stopped = done;
        tell({ kind: "stop" });
      });
  });
}
