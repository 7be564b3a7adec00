import { type MessagePort, type ResourceLimits, Worker } from "node:worker_threads";
import type { Chunks } from "@portalstream/clickhouse";
import type { EventLog } from "@portalstream/event-log";
import { type CarriedError, carryError, errorOf } from "../carried-error.ts";
import type { Projection } from "../projection.ts";
import type { Part } from "./parts.ts";
import type { Replay } from "./replay.ts";
import { type PartReport, replayPart } from "./replay-part.ts";

type Tables = Readonly<Record<string, string>>;
type Order =
  | { kind: "part"; part: Part; tables: Tables }
  | { kind: "inserted"; id: number }
  | { kind: "refused"; id: number; error: CarriedError }
  | { kind: "end" };
type News =
  | { kind: "insert"; id: number; table: string; rows: Chunks }
  | { kind: "records"; count: number }
  | { kind: "done"; report: PartReport }
  | { kind: "failed"; error: CarriedError };

/** What a thread does that replays parts: it reads the log itself, and hands rows to the thread that may insert. */
export function serveReplay(
  port: MessagePort,
  { log, projections }: { log: Pick<EventLog, "read" | "close">; projections: readonly Projection[] },
): void {
  let ended = false;
  let working: Promise<unknown> = Promise.resolve();
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let lastId = 0;
  const tell = (news: News) => port.postMessage(news);
  const insert = (table: string, rows: Chunks) =>
    new Promise<void>((resolve, reject) => {
      if (ended) return reject(new Error("the replay was given up"));
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      tell({ kind: "insert", id, table, rows });
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
      if (order.kind === "refused") return call?.reject(errorOf(order.error));
      return call?.resolve();
    }
    working = replayPart(order.part, { log, insert, projections, tables: order.tables, onRecords }).then(
      (report) => tell({ kind: "done", report }),
      (error: unknown) => tell({ kind: "failed", error: carryError(error) }),
    );
  });
}

export type ReplayThreads = {
  /** A module that calls `serveReplay` with its parent's port. */
  module: URL;
  workerData: unknown;
  threads: number;
  resourceLimits?: ResourceLimits;
  insert: (table: string, rows: Chunks) => Promise<void>;
};

/** `death` rejects when the thread fails or ends, whatever it does then; `gone` resolves when it has ended. */
type Thread = { worker: Worker; death: Promise<never>; gone: Promise<void> };

function startThread({ module, workerData, resourceLimits = {} }: ReplayThreads): Thread {
  const worker = new Worker(module, { workerData, resourceLimits });
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const death = new Promise<never>((_resolve, reject) => {
    worker.on("error", reject);
    worker.once("exit", (code) => reject(new Error(`a thread of the replay ended by itself with ${code}`)));
  });
  // It may die between two parts: whoever gives it the next one hears of it.
  death.catch(() => {});
  return { worker, death, gone };
}

/** Replays parts in threads, one part a thread at a time. `close` ends the threads. */
export function replayInThreads(options: ReplayThreads): { replay: Replay; close: () => Promise<void> } {
  const { threads: most, insert } = options;
  const threads: Thread[] = [];
  const replay: Replay = async (parts, tables, onRecords) => {
    const waiting = [...parts];
    const reports: PartReport[] = [];
    while (threads.length < Math.min(most, parts.length)) threads.push(startThread(options));
    const work = async ({ worker, death }: Thread) => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift())
        reports.push(await Promise.race([replayOne(worker, part, tables, { insert, onRecords }), death]));
    };
    try {
      await Promise.all(threads.map(work));
    } catch (error) {
      // The others must not go on to fill tables that are given up.
      await close();
      throw error;
    }
    return reports;
  };
  const close = async () => {
    await Promise.all(
      threads.splice(0).map(({ worker, gone }) => {
        worker.postMessage({ kind: "end" } satisfies Order);
        return gone;
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
      else finish(() => reject(errorOf(news.error)));
    };
    const serve = ({ id, table, rows }: News & { kind: "insert" }) =>
      insert(table, rows).then(
        () => worker.postMessage({ kind: "inserted", id } satisfies Order),
        (error: unknown) => {
          worker.postMessage({ kind: "refused", id, error: carryError(error) } satisfies Order);
          // What the database said says more than that the thread failed.
          finish(() => reject(error));
        },
      );
    const finish = (settle: () => void) => {
      worker.off("message", hear);
      settle();
    };
    worker.on("message", hear);
    worker.postMessage({ kind: "part", part, tables } satisfies Order);
  });
}
