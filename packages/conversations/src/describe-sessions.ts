import type { Direction } from "./fact.ts";
import type { Message } from "./message.ts";
import { sortedSet } from "./message-content.ts";
import { type Session, slackMs } from "./session.ts";

export type Counts = { inbound: number; outbound: number; system: number };
/** `operator`: "" where the event does not tell who it was. */
export type Response = { at: number; operator: string };

/** A session and what was said in it. `place`: how many sessions of its chat opened before it. */
export type DescribedSession = Session & {
  place: number;
  firstInboundAt: number | null;
  /** The first answer of an operator to the customer: bots and the system do not answer. */
  firstResponse: Response | null;
  messages: Counts;
  operators: readonly string[];
};

type Description = { firstInboundAt: number | null; firstResponse: Response | null } & {
  messages: Counts;
  operators: string[];
};

/** The session that covers a time: exactly if one does, else within the slack; of several the one opened last. */
export function sessionAt(sessions: readonly Session[], at: number): number | null {
  const inside = lastOpenedBy(sessions, at);
  if (covers(sessions[inside], at, 0)) return inside;
  const near = lastOpenedBy(sessions, at + slackMs);
  return covers(sessions[near], at, slackMs) ? near : null;
}

// Sessions are in the order in which they opened, and closed in the same order: where the last one does not cover a time, none does.
function lastOpenedBy(sessions: readonly Session[], at: number): number {
  let [low, high] = [0, sessions.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sessions[middle]?.openedAt ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const covers = (session: Session | undefined, at: number, slack: number): boolean =>
  session !== undefined && (session.closedAt === null || at <= session.closedAt + slack);

export const wayOf = ({ author, direction }: Message): Direction | "system" =>
  author.kind === "system" ? "system" : direction;

/** What was said in the sessions from the `first` on; `said`: counted messages in order with the place of their session. */
export function describeSessions(
  sessions: readonly Session[],
  first: number,
  said: readonly { session: number; message: Message }[],
): DescribedSession[] {
  const described = sessions.slice(first).map(
    (): Description => ({
      firstInboundAt: null,
      firstResponse: null,
      messages: { inbound: 0, outbound: 0, system: 0 },
      operators: [],
    }),
  );
  for (const { session, message } of said) {
    const one = described[session - first];
    if (one === undefined) continue;
    one.messages[wayOf(message)] += 1;
    if (message.direction === "inbound" && message.author.kind === "customer")
      one.firstInboundAt ??= message.at;
  }
  // Answers are found once every question is known: one second may hold both, in any order.
  for (const { session, message } of said) {
    const one = described[session - first];
    if (one === undefined || message.direction !== "outbound" || message.author.kind !== "operator") continue;
    const { at, author } = message;
    if (author.id !== "") one.operators.push(author.id);
    if (one.firstInboundAt !== null && at >= one.firstInboundAt)
      one.firstResponse ??= { at, operator: author.id };
  }
  return sessions.slice(first).map((session, at) => {
    const one = described[at];
    const place = first + at;
    return {
      ...session,
      place,
      firstInboundAt: one?.firstInboundAt ?? null,
      firstResponse: one?.firstResponse ?? null,
      messages: one?.messages ?? { inbound: 0, outbound: 0, system: 0 },
      operators: sortedSet(one?.operators ?? []),
    };
  });
}
