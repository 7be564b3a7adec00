export { openKafkaLog } from "./kafka/open-kafka-log.ts";
export { queuedRecords } from "./lmdb/queue.ts";
export { logWith } from "./log-with.ts";
export { type EventLogConfig, openEventLog } from "./open-event-log.ts";
export {
  type Batch,
  type Consumer,
  type Consumption,
  type Entry,
  type EventLog,
  EventLogError,
  type EventLogErrorCode,
  type Handle,
  type LogObservation,
  type LogRecord,
  type Observe,
  type Position,
} from "./port.ts";
export { openSpooledLog, type Reached, type SpoolConfig } from "./spool/open-spooled-log.ts";
export type { SpooledLog, SpoolStatus } from "./spool/spooled-log.ts";
export { TopicReader } from "./topic-reader.ts";
