import { parentPort, workerData } from "node:worker_threads";
import { type Chunks, openClickHouse, type Params } from "@portalstream/clickhouse";
import { logWith, openEventLog, type Position } from "@portalstream/event-log";
import { errorOf, nextAt, type ProjectionObservation, runProjection } from "@portalstream/projection";
import { describe, lowerThreadPriority } from "@portalstream/runtime";
import { projectionsNamed } from "../process/projections.ts";
import type { Ask, ProjectorData, Report, Tell } from "./bridge.ts";

// A thread in which one projection's records are decoded and rows are made, so that neither delays a webhook's answer. Only one thread of a
// process may use chdb and only one may write the log: both are asked of the main thread. A server's tables need nobody between.

const port = parentPort;
if (port === null) throw new Error("projector.ts runs as a worker thread");
const { projection, log: config, tables, rebuilt }: ProjectorData = workerData;

type Unsent = Ask extends infer A ? (A extends Ask ? Omit<A, "id"> : never) : never;
// Webhooks come first where threads share the processors.
lowerThreadPriority(15);

const waiting = new Map<
  number,
  { resolve: (lines: Uint8Array<ArrayBuffer>) => void; reject: (error: Error) => void }
>();
let lastId = 0;

/** Resolves with what was read, or nothing. */
function ask(request: Unsent): Promise<Uint8Array<ArrayBuffer>> {
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    port?.postMessage({ ...request, id });
  });
}

const db =
  tables.kind === "chdb"
    ? {
        insert: async (table: string, rows: Chunks): Promise<void> => {
          await ask({ kind: "insert", table, rows });
        },
        lines: (sql: string, params: Params = {}) => ask({ kind: "lines", sql, params }),
        close: async () => {},
      }
    : await openClickHouse(tables);

const reader = await openEventLog(config, (what) => {
  if (what.kind === "consumer-restarted") report({ kind: "restarted", reason: what.reason });
});
const log = logWith(reader, {
  append: async (topic, entries): Promise<Position[]> => {
    await ask({ kind: "append", topic, entries });
    return [];
  },
});

const [own] = projectionsNamed([projection]);
if (own === undefined) throw new Error(`there is no projection ${projection}`);
const observe = (what: ProjectionObservation) =>
  report({
    kind: "observed",
    what: what.kind === "failure" ? { ...what, error: describe(what.error) } : what,
  });
const consumer = await runProjection(own, {
  log,
  db,
  observe,
  writers: config.kind === "embedded" ? "one" : "several",
  reinterpretBelow: (topic, partition) => nextAt(rebuilt, topic, partition),
});
report({ kind: "running" });

port.on("message", (tell: Tell) => {
  if (tell.kind === "stop") return void stop();
  const call = waiting.get(tell.id);
  waiting.delete(tell.id);
  if (tell.kind === "failed") return call?.reject(errorOf(tell.error));
  call?.resolve(tell.kind === "read" ? tell.lines : new Uint8Array());
});

async function stop(): Promise<void> {
  await consumer.stop();
  await reader.close();
  await db.close();
  report({ kind: "stopped" });
  port?.close();
}

function report(what: Report): void {
  port?.postMessage(what);
}
