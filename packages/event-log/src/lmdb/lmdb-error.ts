import { setImmediate as nextTurn } from "node:timers/promises";
import { EventLogError, type EventLogErrorCode } from "../port.ts";

// MDB_MAP_FULL, ENOSPC, EDQUOT, EFBIG
const full = new Set([-30792, 28, 122, 27]);
// MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID, MDB_VERSION_MISMATCH
const corrupt = new Set([-30796, -30797, -30793, -30794]);

/** What a failure of LMDB means to the caller. */
export async function asLogError(error: unknown, what: string): Promise<EventLogError> {
  if (error instanceof EventLogError) return error;
  const cause = await causeOf(error);
  const code = codeOf(cause);
  const message = `${what}: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new EventLogError(code, code !== "log_corrupt", message, { cause });
}

function codeOf(cause: unknown): EventLogErrorCode {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  if (typeof code !== "number") return "log_unavailable";
  return full.has(code) ? "log_full" : corrupt.has(code) ? "log_corrupt" : "log_unavailable";
}

/** lmdb tells why a commit failed in a promise on the error, which rejects in the same turn. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && "commitError" in error)) return error;
  const reason = Promise.resolve(error.commitError).catch((cause: unknown) => cause);
  return Promise.race([reason, nextTurn(error)]);
}
