import type { Entry, EventLogConfig } from "@portalstream/event-log";
import type { CarriedError, LogPlace, ProjectionObservation } from "@portalstream/projection";

/** What the projector's thread asks of the main thread, which owns the tables and writes the log. */
export type Ask =
  | { kind: "insert"; id: number; table: string; rows: Uint8Array<ArrayBuffer> }
  | { kind: "append"; id: number; topic: string; entries: readonly Entry[] };
/** What the main thread answers or tells. */
export type Tell =
  | { kind: "done"; id: number }
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
  /** See `rebuiltPlaces`. */
  rebuilt: readonly LogPlace[];
};
