import { type Session, slackMs } from "./session.ts";

/** The session that covers a time, as its place: exactly if one does, else within the slack; of several the one opened last. */
export function sessionAt(sessions: readonly Session[], at: number): number | null {
  const inside = lastOpenedBy(sessions, at);
  if (covers(sessions[inside], at, 0)) return inside;
  const near = lastOpenedBy(sessions, at + slackMs);
  return covers(sessions[near], at, slackMs) ? near : null;
}

// Sessions are in the order in which they opened, and closed in the same order: where the last one does not cover a time, none does.
function lastOpenedBy(sessions: readonly Session[], at: number): number {
  let high = sessions.length;
  // Most messages belong to the last session.
  if ((sessions[high - 1]?.openedAt ?? Number.POSITIVE_INFINITY) <= at) return high - 1;
  let low = 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sessions[middle]?.openedAt ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const covers = (session: Session | undefined, at: number, slack: number): boolean =>
  session !== undefined && (session.closedAt === null || at <= session.closedAt + slack);
