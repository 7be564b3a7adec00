import { changedSessions, type SessionKey } from "./changed-sessions.ts";
import type { ChatChanges, ChatSummary } from "./chat.ts";
import { type DescribedSession, DescribedSessions } from "./described-sessions.ts";
import type { Fact } from "./fact.ts";
import { type Message, type Placement, unplaced } from "./message.ts";
import { sortedSet } from "./message-content.ts";
import { Messages } from "./messages.ts";
import { finishOpener, messageOpener, startOpener } from "./openers.ts";
import { botStartOf, type FinishPoint, isSameFinish, type StartPoint, sessionPointOf } from "./points.ts";
import { Candidates, decidedAfter, givenVote, isAnswer } from "./ratings.ts";
import { type Session, slackMs } from "./session.ts";
import { sessionAt } from "./session-at.ts";
import { SessionsFold } from "./sessions-fold.ts";
import { Timeline } from "./timeline.ts";
import { Totals } from "./totals.ts";

type SessionPoint = StartPoint | FinishPoint;

export type ChatContext = {
  /** False: messages of which no event tells the chat. */
  isKnown: boolean;
  /** The user ids that any event of the portal names as bots'; grows. */
  bots: ReadonlySet<string>;
};

/**
 * One chat: facts in, changed rows out. A fold continues where the new facts begin; what lies before the session that they belong to is
 * not looked at. The rows depend on the set of facts alone.
 */
export class ChatFold {
  readonly #context: ChatContext;
  readonly #messages = new Messages();
  readonly #timeline = new Timeline<Message | SessionPoint>();
  readonly #sessions = new SessionsFold();
  readonly #candidates = new Candidates();
  readonly #totals = new Totals();
  readonly #bots = new Set<string>();
  readonly #crm = new Set<string>();
  readonly #described = new DescribedSessions();
  #fromConnector = 0;
  #lastPlacement: Placement = unplaced;

  constructor(context: ChatContext) {
    this.#context = context;
  }

  /** Facts that it does not have yet. */
  add(facts: Iterable<Fact>): void {
    for (const fact of facts) {
      if (fact.kind === "session") {
        this.#timeline.add(sessionPointOf(fact));
        continue;
      }
      for (const bot of fact.bots) this.#bots.add(bot);
      for (const entity of fact.crm) this.#crm.add(entity);
      const start = botStartOf(fact);
      if (start !== null) this.#timeline.add(start);
      if (fact.kind === "message") this.#messages.add(fact);
    }
  }

  /** Whether authors of its messages are bots, now that these user ids are known as bots'. */
  learnBots(ids: ReadonlySet<string>): boolean {
    return this.#messages.learnBots(ids);
  }

  /**
   * Folds what was added. `changes`: what differs from the rows of before. `all`: every row, and every key at which a writer that knows
   * fewer facts may have put a session.
   */
  settle(wanted: "changes" | "all"): ChatChanges {
    this.#renew();
    const from = wanted === "all" ? this.#timeline.commitAll() : this.#timeline.commit();
    if (from === null) return { messages: [], sessions: [], goneSessions: [] };
    const start = this.#candidates.reopen(from.place);
    this.#sessions.rollBack(start);
    this.#fold(start);
    return this.#describe(Math.min(from.at, this.#timeline.points[start]?.at ?? from.at), start, wanted);
  }

  get sessions(): readonly DescribedSession[] {
    return this.#described.all;
  }

  summary(): ChatSummary {
    const last = this.#described.last;
    const { points } = this.#timeline;
    return {
      state: last === null ? "none" : last.closedAt === null ? "open" : "closed",
      session: last,
      firstMessageAt: points.find(isCounted)?.at ?? null,
      lastMessageAt: points.findLast(isCounted)?.at ?? null,
      messages: { ...this.#totals.counts },
      operators: this.#totals.operators.ids(),
      bots: sortedSet(this.#bots),
      crm: sortedSet(this.#crm),
    };
  }

  /** Makes the messages of new facts, and puts them where they belong. */
  #renew(): void {
    const covered = this.#fromConnector > 0;
    this.#messages.renew(this.#context.bots, (message, before) => {
      if (before !== null) {
        this.#timeline.remove(before);
        this.#forget(before);
      }
      this.#fromConnector += Number(message.fromConnector) - Number(before?.fromConnector ?? false);
      this.#timeline.add(message);
    });
    // Then messages that only bots report count no longer.
    if (covered !== this.#fromConnector > 0) this.#timeline.touchAll();
  }

  /** Whether it counts, unless it is a rating: a connector's reports go before those of bots. */
  readonly #isTold = ({ fromConnector }: Message): boolean =>
    fromConnector || this.#fromConnector === 0 || !this.#context.isKnown;

  #fold(start: number): void {
    const { points } = this.#timeline;
    let decidedAt = -1;
    for (let at = start; at < points.length; at++) {
      const point = points[at];
      if (point === undefined) continue;
      if (point.kind === "start") this.#sessions.start(at, point);
      else if (point.kind === "finish") {
        if (!isSameFinish(points[at - 1], point)) this.#sessions.finish(at, point);
      } else if (this.#context.isKnown && this.#isTold(point)) {
        const vote = givenVote(point);
        const session = vote === null ? null : this.#sessions.rateable(point.at);
        if (session !== null && decidedAt <= at) decidedAt = decidedAfter(points, at, this.#isTold);
        if (vote === null || session === null || !this.#isRating(at, point, decidedAt))
          this.#sessions.message(at, point);
        else this.#sessions.rate(at, point.id, session, { value: vote, at: point.at });
      }
    }
  }

  #isRating(at: number, message: Message, decidedAt: number): boolean {
    this.#candidates.add({ at, decidedAt });
    return !isAnswer(this.#timeline.points[decidedAt], message.at);
  }

  #describe(since: number, place: number, wanted: "changes" | "all"): ChatChanges {
    const { sessions } = this.#sessions;
    const from = Math.min(since - slackMs, this.#described.take(sessions, this.#sessions.takeTouched()));
    const messages: Message[] = [];
    const { points } = this.#timeline;
    for (let at = Math.min(place, this.#timeline.firstSince(from)); at < points.length; at++) {
      const message = points[at];
      if (message?.kind !== "message") continue;
      this.#place(message);
      if (wanted === "all" || !message.isWritten) messages.push(message);
      message.isWritten = true;
    }
    const { before, now } = this.#described.renew((session, { openedAt }) =>
      this.#messagesOf(session, openedAt),
    );
    return wanted === "all"
      ? { messages, ...changedSessions(before, this.#described.all, this.#openers()) }
      : { messages, ...changedSessions(before, now, null) };
  }

  *#messagesOf(session: number, openedAt: number): Generator<Message> {
    const { points } = this.#timeline;
    for (let at = this.#timeline.firstSince(openedAt - slackMs); at < points.length; at++) {
      const point = points[at];
      if (point?.kind !== "message") continue;
      const { placement } = point;
      if (placement.session === session && placement.counted) yield point;
      if (placement.session !== null && placement.session > session) return;
    }
  }

  /** Finds out what the sessions say of a message. */
  #place(message: Message): void {
    const { sessions } = this.#sessions;
    const { placement: before } = message;
    const rated = this.#sessions.ratedBy(message.id);
    const session = rated ?? (this.#context.isKnown ? sessionAt(sessions, message.at) : null);
    const sessionId = session === null ? "" : (sessions[session]?.sessionId ?? "");
    const isRating = rated !== null;
    const counted = !isRating && this.#isTold(message);
    const isSame = before.session === session && before.isRating === isRating && before.counted === counted;
    if (!isSame) this.#forget(message);
    if (isSame && before.sessionId === sessionId) return;
    message.placement = this.#placement(session, sessionId, isRating, counted);
    message.isWritten = false;
    if (isSame) return;
    if (counted) this.#totals.add(message, 1);
    this.#described.add(message);
  }

  /** Messages that follow each other mostly share one. */
  #placement(session: number | null, sessionId: string, isRating: boolean, counted: boolean): Placement {
    const last = this.#lastPlacement;
    const isSame =
      last.session === session &&
      last.sessionId === sessionId &&
      last.isRating === isRating &&
      last.counted === counted;
    if (!isSame) this.#lastPlacement = { session, sessionId, isRating, counted };
    return this.#lastPlacement;
  }

  /** Takes a message out of the counts. */
  #forget(message: Message): void {
    if (message.placement.counted) this.#totals.add(message, -1);
    this.#described.remove(message);
  }

  /** Keys of sessions that a fold of fewer facts may have opened. */
  #openers(): SessionKey[] {
    return this.#timeline.points.flatMap((point) => {
      if (point.kind === "start") return { openedAt: point.at, ...openerOf(startOpener(point)) };
      if (point.kind === "finish") return { openedAt: point.at, ...openerOf(finishOpener(point)) };
      return mayOpen(point)
        ? point.facts.map(({ at, name, key }) => ({
            openedAt: at,
            ...openerOf(messageOpener({ name, key })),
          }))
        : [];
    });
  }
}

const openerOf = ({ name, key }: Session["opener"]) => ({ name, opener: key });

const isCounted = (point: Message | SessionPoint): point is Message =>
  point.kind === "message" && point.placement.counted;

const mayOpen = ({ connector, facts }: Message) =>
  connector !== "" && facts.some(({ direction }) => direction === "inbound");
