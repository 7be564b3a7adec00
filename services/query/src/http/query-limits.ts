import {
  boundedAtOnce,
  type ClickHouse,
  ClickHouseFailure,
  type Pace,
  turns,
} from "@portalstream/clickhouse";
import type { Metrics } from "@portalstream/runtime";
import { Counter, Gauge } from "prom-client";
import { FairShare } from "./fair-share.ts";
import { problem } from "./problems.ts";
import type { Caller } from "./route.ts";

/** Of one query of the API. */
export type Limits = { seconds: number; memoryBytes: number };

const shares = { slots: boundedAtOnce, perKey: 2, spare: 2, requests: 100 };

/** Why a query was ended. */
const reasons = ["time", "memory", "caller", "too_many"] as const;
type Reason = (typeof reasons)[number];

/** The caller closed its connection: there is nothing to answer. */
export class CallerGone extends Error {
  override readonly name = "CallerGone";
  readonly code = "394";
  readonly retriable = false;
}

/** Runs the queries of the API within their limits, and shares the engine among keys. */
export class QueryLimits {
  readonly #db: ClickHouse;
  readonly #limits: Limits;
  readonly #share = new FairShare(shares);
  readonly #ended: Counter<"reason">;

  constructor(db: ClickHouse, limits: Limits, metrics: Metrics) {
    this.#db = db;
    this.#limits = limits;
    const share = this.#share;
    const registers = [metrics];
    new Gauge({
      name: "portalstream_query_statements_waiting",
      help: "Statements of queries that wait for their key's turn",
      registers,
      collect() {
        this.set(share.waiting);
      },
    });
    this.#ended = new Counter({
      name: "portalstream_queries_ended_total",
      help: "Queries that were ended: at the limit of time or memory, by a caller that left, or refused as too many of one key",
      labelNames: ["reason"],
      registers,
    });
    for (const reason of reasons) this.#ended.inc({ reason }, 0);
  }

  /**
   * `work` asks through the tables that it is given, and what may take long of what it does with the rows is done at the pace that it is
   * given. `gone`: the caller has left; then it rejects with CallerGone.
   */
  async run<T>(
    caller: Caller,
    gone: AbortSignal,
    work: (db: ClickHouse, pace: Pace) => Promise<T>,
  ): Promise<T> {
    const key = caller.kind === "admin" ? "admin" : `key ${caller.id}`;
    if (!this.#share.enter(key)) {
      this.#ended.inc({ reason: "too_many" });
      throw problem("too_many_queries", undefined, { "retry-after": "1" });
    }
    const { seconds, memoryBytes } = this.#limits;
    const endsAt = performance.now() + seconds * 1_000;
    const over = new AbortController();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      over.abort();
    }, seconds * 1_000);
    const signal = AbortSignal.any([gone, over.signal]);
    const pace = turns.of(key, signal);
    const query: ClickHouse["query"] = (sql, params) =>
      this.#share.run(key, signal, () => {
        const left = Math.max(0.001, (endsAt - performance.now()) / 1_000);
        return this.#db.query(sql, params, { kind: "bounded", signal, seconds: left, memoryBytes, pace });
      });
    try {
      return await work({ ...this.#db, query }, pace);
    } catch (error) {
      throw this.#problemOf(error, gone.aborted, late);
    } finally {
      clearTimeout(timer);
      // Of several statements at once the others go on when one fails.
      over.abort();
      this.#share.leave(key);
    }
  }

  #problemOf(error: unknown, gone: boolean, late: boolean): unknown {
    const reason = reasonOf(error, gone, late);
    if (reason === null) return error;
    this.#ended.inc({ reason });
    if (reason === "caller") return new CallerGone();
    return problem(reason === "memory" ? "query_too_large" : "query_timeout");
  }
}

function reasonOf(error: unknown, gone: boolean, late: boolean): Exclude<Reason, "too_many"> | null {
  if (gone) return "caller";
  if (late) return "time";
  if (!(error instanceof ClickHouseFailure)) return null;
  if (error.code === "159") return "time";
  return error.code === "241" ? "memory" : null;
}
