import type { Session } from "./fold-sessions.ts";
import type { MessagePoint } from "./points.ts";
import { sessionAt } from "./session-at.ts";

export type Counts = { inbound: number; outbound: number; system: number };

export type DescribedSession = Session & {
  firstInboundAt: number | null;
  /** The first answer of an operator to the customer: bots and the system do not answer. */
  firstResponse: { at: number; operator: string } | null;
  messages: Counts;
  operators: string[];
};

/** What happened in each session; messages in order of time. */
export function describeSessions(
  sessions: readonly Session[],
  messages: readonly MessagePoint[],
): DescribedSession[] {
  const described = sessions.map(
    (session): DescribedSession => ({
      ...session,
      firstInboundAt: null,
      firstResponse: null,
      messages: { inbound: 0, outbound: 0, system: 0 },
      operators: [],
    }),
  );
  const placed = messages.flatMap((message) => {
    const session = sessionAt(described, message.at);
    return session === null ? [] : { session, message };
  });
  // Answers are looked for once every question is known: one second may hold both, in any order.
  for (const { session, message } of placed) count(session, message);
  for (const { session, message } of placed) respond(session, message);
  for (const session of described) session.operators = sortedSet(session.operators);
  return described;
}

function count(session: DescribedSession, { at, direction, author }: MessagePoint): void {
  session.messages[author.kind === "system" ? "system" : direction] += 1;
  if (direction === "inbound" && author.kind === "customer") session.firstInboundAt ??= at;
}

function respond(session: DescribedSession, { at, direction, author }: MessagePoint): void {
  if (direction !== "outbound" || author.kind !== "operator") return;
  if (author.id !== "") session.operators.push(author.id);
  if (session.firstInboundAt !== null && at >= session.firstInboundAt)
    session.firstResponse ??= { at, operator: author.id };
}

export function sortedSet(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}
