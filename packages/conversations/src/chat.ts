import type { SessionKey } from "./changed-sessions.ts";
import type { DescribedSession } from "./described-sessions.ts";
import type { Message } from "./message.ts";
import type { ChatCounts } from "./totals.ts";

export type ChatSummary = {
  state: "open" | "closed" | "none";
  session: DescribedSession | null;
  firstMessageAt: number | null;
  lastMessageAt: number | null;
  messages: ChatCounts;
  operators: readonly string[];
  bots: readonly string[];
  /** `type|id` */
  crm: readonly string[];
};

/** Rows that differ from those of before. `goneSessions`: keys under which no session lies any more, if one ever did. */
export type ChatChanges = {
  messages: readonly Message[];
  sessions: readonly DescribedSession[];
  goneSessions: readonly SessionKey[];
};
