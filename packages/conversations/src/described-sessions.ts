import type { Message } from "./message.ts";
import { type Session, slackMs } from "./session.ts";
import { type Counts, type Response, SessionTally } from "./session-tally.ts";

/** A session and what was said in it. `place`: how many sessions of its chat opened before it. */
export type DescribedSession = Session & {
  place: number;
  firstInboundAt: number | null;
  /** The first answer of an operator to the customer: bots and the system do not answer. */
  firstResponse: Response | null;
  messages: Counts;
  operators: readonly string[];
};

/** Sessions with their messages. Messages come and go; what a session says is made when it is read. */
export class DescribedSessions {
  #sessions: readonly Session[] = [];
  readonly #tallies: SessionTally[] = [];
  #described: DescribedSession[] = [];
  readonly #changed = new Set<number>();

  get last(): DescribedSession | null {
    return this.#described.at(-1) ?? null;
  }

  get all(): readonly DescribedSession[] {
    return this.#described;
  }

  /**
   * Takes the sessions as they are now, the same as before up to the `first`. Answers the earliest time whose messages may belong to
   * another session, or to one of another id, than before.
   */
  take(sessions: readonly Session[], first: number): number {
    let since = Number.POSITIVE_INFINITY;
    for (let place = first; place < Math.max(sessions.length, this.#described.length); place++) {
      const [before, now] = [this.#described[place], sessions[place]];
      since = Math.min(since, changedSince(before, now) - slackMs);
      this.#changed.add(place);
      if (now !== undefined) this.#tallies[place] ??= new SessionTally();
    }
    this.#sessions = sessions;
    return since;
  }

  add(message: Message): void {
    this.#count(message, (tally) => tally.add(message));
  }

  remove(message: Message): void {
    this.#count(message, (tally) => tally.remove(message));
  }

  /** What changed, before and now. `messagesOf`: those of a session, in order. */
  renew(messagesOf: (place: number, session: Session) => Iterable<Message>): {
    before: DescribedSession[];
    now: DescribedSession[];
  } {
    const places = [...this.#changed].sort((a, b) => a - b);
    this.#changed.clear();
    const before = places.flatMap((place) => this.#described[place] ?? []);
    const now = places.flatMap((place) => this.#describe(place, messagesOf) ?? []);
    for (const session of now) this.#described[session.place] = session;
    this.#described.length = this.#sessions.length;
    this.#tallies.length = this.#sessions.length;
    return { before, now };
  }

  #describe(place: number, messagesOf: (place: number, session: Session) => Iterable<Message>) {
    const [session, tally] = [this.#sessions[place], this.#tallies[place]];
    if (session === undefined || tally === undefined) return null;
    const { firstInboundAt, firstResponse } = tally.firsts(() => messagesOf(place, session));
    const described: DescribedSession = {
      ...session,
      place,
      firstInboundAt,
      firstResponse,
      messages: { ...tally.counts },
      operators: tally.operators.ids(),
    };
    return described;
  }

  #count({ placement: { session, counted } }: Message, change: (tally: SessionTally) => void): void {
    if (session === null || !counted) return;
    const tally = this.#tallies[session];
    if (tally === undefined) return;
    change(tally);
    this.#changed.add(session);
  }
}

/** From when on a session differs from another one in its place, as far as its messages are concerned; infinite: it does not. */
function changedSince(before: Session | undefined, now: Session | undefined): number {
  if (before === undefined || now === undefined)
    return before?.openedAt ?? now?.openedAt ?? Number.POSITIVE_INFINITY;
  if (before.openedAt !== now.openedAt || before.sessionId !== now.sessionId)
    return Math.min(before.openedAt, now.openedAt);
  if (before.closedAt === now.closedAt) return Number.POSITIVE_INFINITY;
  const never = Number.POSITIVE_INFINITY;
  return Math.min(before.closedAt ?? never, now.closedAt ?? never);
}
