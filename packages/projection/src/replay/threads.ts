import { type MessagePort, type ResourceLimits, Worker } from "node:worker_threads";
import type { EventLog } from "@portalstream/event-log";
import { giveBack } from "../lines.ts";
import type { Projection } from "../run-projection.ts";
import type { Part } from "./parts.ts";
import type { Replay } from "./replay.ts";
import { type PartReport, replayPart } from "./replay-part.ts";

type Rows = Uint8Array<ArrayBuffer>;
type Tables = Readonly<Record<string, string>>;
type Order =
  | { kind: "part"; part: Part; tables: Tables }
  | { kind: "inserted"; id: number; rows: Rows }
  | { kind: "refused"; id: number }
  | { kind: "end" };
type News =
  | { kind: "insert"; id: number; table: string; rows: Rows }
  | { kind: "records"; count: number }
  | { kind: "done"; report: PartReport }
  | { kind: "failed"; message: string };

/** What a thread does that replays parts: it reads the log itself, and hands rows to the thread that may insert. */
export function serveReplay(
  port: MessagePort,
  { log, projections }: { log: Pick<EventLog, "read" | "close">; projections: readonly Projection[] },
): void {
  let ended = false;
  let working: Promise<unknown> = Promise.resolve();
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let lastId = 0;
  const tell = (news: News, transfer: ArrayBuffer[] = []) => port.postMessage(news, transfer);
  const insert = (table: string, rows: Rows) =>
    new Promise<void>((resolve, reject) => {
      if (ended) return reject(new Error("the replay was given up"));
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      tell({ kind: "insert", id, table, rows }, [rows.buffer]);
    });
  const onRecords = (count: number) => tell({ kind: "records", count });
  // A thread that is torn down while LMDB works in it takes the process along, so it ends by itself.
  const end = async () => {
    ended = true;
    for (const { reject } of waiting.values()) reject(new Error("the replay was given up"));
    await working;
    await log.close();
    port.close();
  };
  port.on("message", (order: Order) => {
    if (order.kind === "end") return void end();
    if (order.kind !== "part") {
      const call = waiting.get(order.id);
      waiting.delete(order.id);
      if (order.kind === "refused") return call?.reject(new Error("the insert failed"));
      giveBack(order.rows);
      return call?.resolve();
    }
    working = replayPart(order.part, { log, insert, projections, tables: order.tables, onRecords }).then(
      (report) => tell({ kind: "done", report }),
      (error: unknown) =>
        tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
    );
  });
}

export type ReplayThreads = {
  /** A module that calls `serveReplay` with its parent's port. */
  module: URL;
  workerData: unknown;
  threads: number;
  resourceLimits?: ResourceLimits;
  insert: (table: string, rows: Rows) => Promise<void>;
};

/** Replays parts in threads, one part a thread at a time. `close` ends the threads. */
export function replayInThreads(options: ReplayThreads): { replay: Replay; close: () => Promise<void> } {
  const { module, workerData, threads, resourceLimits = {}, insert } = options;
  const workers: Worker[] = [];
  const gone = new Map<Worker, Promise<unknown>>();
  const startWorker = () => {
    const worker = new Worker(module, { workerData, resourceLimits });
    gone.set(worker, new Promise((resolve) => worker.once("exit", resolve)));
    return worker;
  };
  const replay: Replay = async (parts, tables, onRecords) => {
    const waiting = [...parts];
    const reports: PartReport[] = [];
    while (workers.length < Math.min(threads, parts.length)) workers.push(startWorker());
    const work = async (worker: Worker) => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift())
        reports.push(await replayOne(worker, part, tables, { insert, onRecords }));
    };
    try {
      await Promise.all(workers.map(work));
    } catch (error) {
      // The others must not go on to fill tables that are given up.
      await close();
      throw error;
    }
    return reports;
  };
  const close = async () => {
    await Promise.all(
      workers.splice(0).map((worker) => {
        worker.postMessage({ kind: "end" } satisfies Order);
        return gone.get(worker);
      }),
    );
  };
  return { replay, close };
}

type Hands = Pick<ReplayThreads, "insert"> & { onRecords: (count: number) => void };

function replayOne(
  worker: Worker,
  part: Part,
  tables: Tables,
  { insert, onRecords }: Hands,
): Promise<PartReport> {
  return new Promise((resolve, reject) => {
    const hear = (news: News) => {
      if (news.kind === "records") onRecords(news.count);
      else if (news.kind === "insert") serve(news);
      else if (news.kind === "done") finish(() => resolve(news.report));
      else finish(() => reject(new Error(news.message)));
    };
    const serve = ({ id, table, rows }: News & { kind: "insert" }) =>
      insert(table, rows).then(
        () => worker.postMessage({ kind: "inserted", id, rows } satisfies Order, [rows.buffer]),
        (error: unknown) => {
          worker.postMessage({ kind: "refused", id } satisfies Order);
          // What the database said says more than that the thread failed.
          finish(() => reject(error));
        },
      );
    const fail = (error: unknown) => finish(() => reject(error));
    const finish = (settle: () => void) => {
      worker.off("message", hear).off("error", fail);
      settle();
    };
    worker.on("message", hear).on("error", fail);
    worker.postMessage({ kind: "part", part, tables } satisfies Order);
  });
}
