import { type LmdbConfig, openLmdbEventLog } from "./lmdb/lmdb-event-log.ts";
import type { EventLog } from "./port.ts";
export type EventLogConfig = { kind: "embedded" } & Omit<LmdbConfig, "maxBytes"> & { maxBytes?: number };
export const openEventLog = ({ maxBytes = Number.POSITIVE_INFINITY, ...config }: EventLogConfig): Promise<EventLog> => openLmdbEventLog({ ...config, maxBytes });
export { EventLogError } from "./errors.ts";
export type { Batch, Consumer, Consumption, Entry, EventLog, Extent, Handle, LogRecord, Position, Progress } from "./port.ts";
