export { type CarriedError, carryError, errorOf } from "./carried-error.ts";
export { refuseDuringMaintenance } from "./maintenance/claim.ts";
export type { GroupDifference, TableComparison } from "./maintenance/compare-groups.ts";
export { type LogPlace, rebuiltPlaces } from "./maintenance/ledger.ts";
export { MaintenanceError, type MaintenanceErrorCode } from "./maintenance/maintenance-error.ts";
export { nextAt } from "./maintenance/places.ts";
export type { MaintenancePhase, MaintenanceProgress, MaintenanceWorld } from "./maintenance/world.ts";
export {
  addChatName,
  chatNamesTable,
  factColumns,
  type MessageFact,
  messageFacts,
  ProjectionFault,
} from "./message-facts.ts";
export type { Projection, RecordPosition } from "./projection.ts";
export { type RebuildResult, rebuild } from "./rebuild/rebuild.ts";
export { type RollbackResult, rollback } from "./rebuild/rollback.ts";
export { type RejectionReason, rejectionReasons } from "./rejections.ts";
export type { Part } from "./replay/parts.ts";
export { type Replay, replayHere } from "./replay/replay.ts";
export { type PartReport, type ReplayWorld, replayPart } from "./replay/replay-part.ts";
export { type ReplayThreads, replayInThreads, serveReplay } from "./replay/threads.ts";
export { Rows } from "./rows.ts";
export { type ProjectionObservation, type ProjectionWorld, runProjection } from "./run-projection.ts";
export { addBotChatName, addBotSession, addSessions, sessionsTable } from "./session-facts.ts";
export { type TableResult, type VerifyResult, verify } from "./verify/verify.ts";
export type { PartitionFault, PartitionResult } from "./verify/verify-partition.ts";
