import type { SessionKey } from "./changed-sessions.ts";
import type { DescribedSession } from "./describe-sessions.ts";
import type { Message } from "./message.ts";
import type { ChatCounts } from "./totals.ts";

/** A message in its chat. `sessionId`: "" without a session, or where that has no known id. */
export type ChatMessage = Message & { sessionId: string; isRating: boolean; counted: boolean };

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
  messages: readonly ChatMessage[];
  sessions: readonly DescribedSession[];
  goneSessions: readonly SessionKey[];
};
