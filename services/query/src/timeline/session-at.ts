import type { Session } from "./fold-sessions.ts";
import { slackMs } from "./fold-sessions.ts";

/** The session that covers a time: exactly if one does, else within the slack; of several the latest opened. */
export function sessionAt<S extends Session>(sessions: readonly S[], at: number): S | null {
  return covering(sessions, at, 0) ?? covering(sessions, at, slackMs);
}

function covering<S extends Session>(sessions: readonly S[], at: number, slack: number): S | null {
  return (
    sessions.findLast(
      ({ openedAt, closedAt }) => openedAt - slack <= at && (closedAt === null || at <= closedAt + slack),
    ) ?? null
  );
}
