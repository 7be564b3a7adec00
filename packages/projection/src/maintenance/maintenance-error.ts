/**
 * - `maintenance_running`: verify, rebuild or rollback of the projection is at work elsewhere; retriable.
 * - `maintenance_taken_over`: this run was silent for so long that another took its place; nothing was exchanged by it since.
 * - `log_incomplete`: the log does not hold all records, so that a rebuild would lose history.
 * - `live_projection_behind`: the live projection has not done all that the log holds, and does not go on; retriable.
 * - `records_unaccounted`: records can be projected by nobody and were never rejected: rows of theirs would be lost.
 * - `layout_changed`: tables that were to be exchanged have different columns.
 * - `nothing_to_roll_back`: no tables of before a rebuild are kept.
 * - `exchange_unfinished`: a rebuild or a rollback was killed amid its exchange; run `rebuild` or `rollback` again.
 */
export type MaintenanceErrorCode =
  | "maintenance_running"
  | "maintenance_taken_over"
  | "log_incomplete"
  | "live_projection_behind"
  | "records_unaccounted"
  | "layout_changed"
  | "nothing_to_roll_back"
  | "exchange_unfinished";

export class MaintenanceError extends Error {
  override readonly name = "MaintenanceError";
  readonly code: MaintenanceErrorCode;
  readonly retriable: boolean;

  constructor(code: MaintenanceErrorCode, message: string) {
    super(message);
    this.code = code;
    this.retriable = code === "maintenance_running" || code === "live_projection_behind";
  }
}
