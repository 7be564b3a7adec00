export { addChatName, type MessageFact, messageFacts, ProjectionFault } from "./message-facts.ts";
export { MaintenanceError, type MaintenanceErrorCode } from "./rebuild/maintenance-error.ts";
export { type RebuildResult, rebuild } from "./rebuild/rebuild.ts";
export { type RollbackResult, rollback } from "./rebuild/rollback.ts";
export type { MaintenancePhase, MaintenanceProgress, MaintenanceWorld } from "./rebuild/world.ts";
export type { Part } from "./replay/parts.ts";
export { type Replay, replayHere } from "./replay/replay.ts";
export { type PartReport, type ReplayWorld, replayPart } from "./replay/replay-part.ts";
export { type ReplayThreads, replayInThreads, serveReplay } from "./replay/threads.ts";
export { Rows } from "./rows.ts";
export {
  type Projection,
  type ProjectionObservation,
  type ProjectionWorld,
  type RecordPosition,
  runProjection,
} from "./run-projection.ts";
export { addBotChatName, addBotSession, addSessions } from "./session-facts.ts";
export type { GroupDifference, TableComparison } from "./verify/compare-groups.ts";
export { type TableResult, type VerifyResult, verify } from "./verify/verify.ts";
export type { PartitionFault, PartitionResult } from "./verify/verify-partition.ts";
