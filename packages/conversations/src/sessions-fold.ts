import { Journal } from "./journal.ts";
import type { Message } from "./message.ts";
import { finishOpener, messageOpener, startOpener } from "./openers.ts";
import type { FinishPoint, StartPoint } from "./points.ts";
import { type OpenedBy, type Rating, ratingMs, type Session, samePairMs, slackMs } from "./session.ts";

type LastFinish = { point: FinishPoint; session: number; paired: boolean };
/** What was said since the last session opened, as far as ratings need it. */
type Talk = { operatorSpoke: boolean; systemSpokeSince: boolean };
const silence: Talk = { operatorSpoke: false, systemSpokeSince: false };

/**
 * The sessions of one chat, from points in order. Sessions are replaced, never changed, and every step is in a journal, so that the
 * fold can go back to any point and continue from there. docs/metrics.md has the rules.
 */
export class SessionsFold {
  readonly sessions: Session[] = [];
  readonly #byId = new Map<string, number>();
  readonly #ratings = new Map<string, number>();
  readonly #journal = new Journal();
  #lastFinish: LastFinish | null = null;
  #talk: Talk = silence;
  /** The place of the point that is being folded. */
  #at = 0;
  #touched = Number.POSITIVE_INFINITY;

  /** Forgets the points from this place on. */
  rollBack(to: number): void {
    this.#journal.rollBack(to);
  }

  /** The first session that changed since this was last called. */
  takeTouched(): number {
    const touched = this.#touched;
    this.#touched = Number.POSITIVE_INFINITY;
    return touched;
  }

  /** The session that a message rates, as its place. */
  ratedBy(messageId: string): number | null {
    return this.#ratings.get(messageId) ?? null;
  }

  start(at: number, point: StartPoint): void {
    this.#at = at;
    const session = this.#withId(point.sessionId) ?? this.#startedAs(point) ?? this.#openWith(point);
    this.#learn(session, point);
  }

  finish(at: number, point: FinishPoint): void {
    this.#at = at;
    const twin = this.#twinOf(point);
    if (twin !== null) {
      this.#change(twin.session, ({ sessionId }) => ({ sessionId: sessionId ?? point.sessionId }));
      this.#setLastFinish({ point, session: twin.session, paired: true });
      return;
    }
    const session = this.#finishedBy(point) ?? this.#open(point.at, "finish", finishOpener(point));
    this.#change(session, ({ sessionId, closedAt }) => ({
      sessionId: sessionId ?? point.sessionId,
      closedAt: closedAt ?? point.at,
    }));
    this.#setLastFinish({ point, session, paired: false });
  }

  /** A counted message that is no rating. */
  message(at: number, { at: sentAt, author, direction, connector, slot }: Message): void {
    this.#at = at;
    if (author.kind === "system") this.#setTalk(this.#talk.operatorSpoke, true);
    if (author.kind === "operator" && direction === "outbound") this.#setTalk(true, false);
    if (connector === "" || direction !== "inbound" || author.kind !== "customer") return;
    const last = this.sessions.at(-1);
    const covered = last !== undefined && (last.closedAt === null || sentAt <= last.closedAt + slackMs);
    if (!covered) this.#open(sentAt, "message", messageOpener(slot));
  }

  /** The session that a message of this time would rate, as its place; null: no rating is due. */
  rateable(sentAt: number): number | null {
    const last = this.sessions.at(-1);
    if (last === undefined || last.rating !== null) return null;
    const due =
      last.closedAt === null
        ? this.#talk.operatorSpoke && this.#talk.systemSpokeSince
        : sentAt - last.closedAt <= ratingMs;
    return due ? this.sessions.length - 1 : null;
  }

  rate(at: number, messageId: string, session: number, rating: Rating): void {
    this.#at = at;
    this.#change(session, () => ({ rating }));
    this.#ratings.set(messageId, session);
    this.#journal.record(at, () => this.#ratings.delete(messageId));
  }

  #openWith(point: StartPoint): number {
    return this.#open(point.at, point.origin, startOpener(point));
  }

  /** The open session that this start tells of, if it does. */
  #startedAs(point: StartPoint): number | null {
    const place = this.#openSession();
    const current = place === null ? undefined : this.sessions[place];
    if (place === null || current === undefined) return null;
    if (current.openedBy !== "message") return isSameStart(current, point) ? place : null;
    if (point.at - current.openedAt > slackMs) return null;
    const opener = startOpener(point);
    this.#change(place, () => ({ openedAt: point.at, openedBy: point.origin, opener }));
    return place;
  }

  #learn(session: number, point: StartPoint): void {
    this.#change(session, ({ sessionId, parentSessionId, connector, line }) => ({
      sessionId: sessionId ?? point.sessionId,
      parentSessionId: parentSessionId ?? point.parentSessionId,
      connector: connector || point.connector,
      line: line || point.line,
    }));
  }

  /** The finish already seen that tells of the same end as this one, from the other kind of event. */
  #twinOf(point: FinishPoint): LastFinish | null {
    const last = this.#lastFinish;
    if (last === null || last.paired || point.at - last.point.at > samePairMs) return null;
    if (point.sessionId === null) return last.point.origin === point.origin ? null : last;
    if (last.point.sessionId !== null) return null;
    const known = this.#withId(point.sessionId);
    const tellsOfIt =
      known === null ? this.sessions[last.session]?.sessionId === null : known === last.session;
    return tellsOfIt ? last : null;
  }

  #finishedBy(point: FinishPoint): number | null {
    const known = this.#withId(point.sessionId);
    if (known !== null) return known;
    const current = this.#openSession();
    const unnamed = current !== null && this.sessions[current]?.sessionId === null;
    return point.sessionId === null || unnamed ? current : null;
  }

  #openSession(): number | null {
    return this.sessions.at(-1)?.closedAt === null ? this.sessions.length - 1 : null;
  }

  #withId(sessionId: string | null): number | null {
    return sessionId === null ? null : (this.#byId.get(sessionId) ?? null);
  }

  /** A new session ends the one before it, where that one is still open. */
  #open(openedAt: number, openedBy: OpenedBy, opener: Session["opener"]): number {
    const superseded = this.#openSession();
    if (superseded !== null) this.#change(superseded, () => ({ closedAt: openedAt }));
    const place = this.sessions.length;
    this.sessions.push({
      ...{ sessionId: null, openedAt, closedAt: null, openedBy, opener },
      ...{ parentSessionId: null, connector: "", line: "", rating: null },
    });
    this.#touched = Math.min(this.#touched, place);
    this.#journal.record(this.#at, () => {
      this.sessions.pop();
      this.#touched = Math.min(this.#touched, place);
    });
    this.#setTalk(false, false);
    return place;
  }

  #change(place: number, change: (session: Session) => Partial<Session>): void {
    const before = this.sessions[place];
    if (before === undefined) return;
    const after = { ...before, ...change(before) };
    if (isSameSession(before, after)) return;
    const isNamed = before.sessionId === null && after.sessionId !== null;
    if (isNamed && after.sessionId !== null) this.#byId.set(after.sessionId, place);
    this.sessions[place] = after;
    this.#touched = Math.min(this.#touched, place);
    this.#journal.record(this.#at, () => {
      this.sessions[place] = before;
      if (isNamed && after.sessionId !== null) this.#byId.delete(after.sessionId);
      this.#touched = Math.min(this.#touched, place);
    });
  }

  #setTalk(operatorSpoke: boolean, systemSpokeSince: boolean): void {
    const before = this.#talk;
    if (before.operatorSpoke === operatorSpoke && before.systemSpokeSince === systemSpokeSince) return;
    this.#talk = { operatorSpoke, systemSpokeSince };
    this.#journal.record(this.#at, () => {
      this.#talk = before;
    });
  }

  #setLastFinish(finish: LastFinish): void {
    const before = this.#lastFinish;
    this.#lastFinish = finish;
    this.#journal.record(this.#at, () => {
      this.#lastFinish = before;
    });
  }
}

const fields = [
  ...(["sessionId", "openedAt", "closedAt", "openedBy", "opener"] as const),
  ...(["parentSessionId", "connector", "line", "rating"] as const),
] as const;

const isSameSession = (a: Session, b: Session) => fields.every((field) => a[field] === b[field]);

function isSameStart(current: Session, point: StartPoint): boolean {
  if (point.at - current.openedAt > samePairMs) return false;
  return current.sessionId === null || point.sessionId === null || current.sessionId === point.sessionId;
}
