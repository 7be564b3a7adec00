import type { Vote } from "./fact.ts";
import type { SessionOrigin } from "./points.ts";

/** A start reported by both families names one session within this time; likewise a finish. */
export const samePairMs = 60_000;
/** Times have one-second steps, and the events of one moment do not arrive in order. */
export const slackMs = 5_000;
/** How long after its finish a session can be rated, and an operator's message counts as an answer to a candidate. */
export const ratingMs = 24 * 3_600_000;

export type OpenedBy = SessionOrigin | "message" | "finish";
export type Rating = { value: Vote; at: number };

/** `opener`: the fact that it opened with, which names its row. Texts that no start tells are "". */
export type Session = {
  sessionId: string | null;
  openedAt: number;
  closedAt: number | null;
  openedBy: OpenedBy;
  opener: { name: string; key: string };
  parentSessionId: string | null;
  connector: string;
  line: string;
  rating: Rating | null;
};
