export type EventLogErrorCode = "log_full" | "log_unavailable" | "log_closed" | "log_corrupt" | "log_in_use";

const retriable: Record<EventLogErrorCode, boolean> = {
  log_full: true,
  log_unavailable: true,
  log_closed: false,
  log_corrupt: false,
  log_in_use: false,
};

/** `retriable`: whether the same call may succeed later. */
export class EventLogError extends Error {
  readonly code: EventLogErrorCode;
  readonly retriable: boolean;
  constructor(code: EventLogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EventLogError";
    this.code = code;
    this.retriable = retriable[code];
  }
}
