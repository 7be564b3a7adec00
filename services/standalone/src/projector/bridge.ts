import type { Chunks, ClickHouseConfig, Params } from "@portalstream/clickhouse";
import type { Entry, EventLogConfig } from "@portalstream/event-log";
import type { CarriedError, LogPlace, ProjectionObservation } from "@portalstream/projection";

/** What the projector's thread asks of the main thread, which writes the log and owns the engine where one runs in this process. */
export type Ask =
  | { kind: "insert"; id: number; table: string; rows: Chunks }
  | { kind: "lines"; id: number; sql: string; params: Params }
  | { kind: "append"; id: number; topic: string; entries: readonly Entry[] };
/** What the main thread answers or tells. */
export type Tell =
  | { kind: "inserted"; id: number }
  | { kind: "read"; id: number; lines: Uint8Array<ArrayBuffer> }
  | { kind: "appended"; id: number }
  | { kind: "failed"; id: number; error: CarriedError }
  | { kind: "stop" };
/** What the projector's thread reports unasked. */
export type Report =
  | { kind: "running" }
  | { kind: "stopped" }
  | { kind: "observed"; what: ProjectionObservation }
  | { kind: "restarted"; reason: string };

export type ProjectorData = {
  projection: string;
  log: EventLogConfig;
  /** A server is what the thread inserts into by itself. */
  tables: ClickHouseConfig;
  /** See `rebuiltPlaces`. */
  rebuilt: readonly LogPlace[];
};
