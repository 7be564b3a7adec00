import { changedSessions, type SessionKey } from "./changed-sessions.ts";
import type { ChatChanges, ChatMessage, ChatSummary } from "./chat.ts";
import { type DescribedSession, describeSessions, sessionAt } from "./describe-sessions.ts";
import type { Fact, MessageFact } from "./fact.ts";
import { type Message, messageOf } from "./message.ts";
import { sortedSet } from "./message-content.ts";
import { finishOpener, messageOpener, startOpener } from "./openers.ts";
import { botStartOf, type FinishPoint, isSameFinish, type StartPoint, sessionPointOf } from "./points.ts";
import { Candidates, decidedAfter, givenVote, isAnswer } from "./ratings.ts";
import { type Session, slackMs } from "./session.ts";
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
  readonly #facts = new Map<string, [MessageFact, ...MessageFact[]]>();
  readonly #messages = new Map<string, ChatMessage>();
  readonly #timeline = new Timeline<ChatMessage | SessionPoint>();
  readonly #sessions = new SessionsFold();
  readonly #candidates = new Candidates();
  readonly #totals = new Totals();
  readonly #bots = new Set<string>();
  readonly #crm = new Set<string>();
  readonly #dirty = new Set<string>();
  /** Messages that are not as they were when their rows were last written. */
  readonly #changed = new Set<ChatMessage>();
  #described: DescribedSession[] = [];
  #fromConnector = 0;

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
      if (fact.kind === "message") this.#addMessage(fact);
    }
  }

  /** Whether authors of its messages are bots, now that these user ids are known as bots'. */
  learnBots(ids: ReadonlySet<string>): boolean {
    for (const { id, author } of this.#messages.values())
      if (author.kind === "operator" && ids.has(author.id)) this.#dirty.add(id);
    return this.#dirty.size > 0;
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

  summary(): ChatSummary {
    const last = this.#described.at(-1) ?? null;
    const { points } = this.#timeline;
    return {
      state: last === null ? "none" : last.closedAt === null ? "open" : "closed",
      session: last,
      firstMessageAt: points.find(isCounted)?.at ?? null,
      lastMessageAt: points.findLast(isCounted)?.at ?? null,
      messages: { ...this.#totals.counts },
      operators: this.#totals.operators(),
      bots: sortedSet(this.#bots),
      crm: sortedSet(this.#crm),
    };
  }

  #addMessage(fact: MessageFact): void {
    const known = this.#facts.get(fact.key);
    if (known === undefined) this.#facts.set(fact.key, [fact]);
    else known.push(fact);
    this.#dirty.add(fact.key);
  }

  /** Makes the messages of new facts, and puts them where they belong. */
  #renew(): void {
    const covered = this.#fromConnector > 0;
    for (const id of this.#dirty) {
      const facts = this.#facts.get(id);
      if (facts === undefined) continue;
      const before = this.#messages.get(id);
      const message = messageOf(id, [...facts], this.#context.bots);
      if (before !== undefined) this.#timeline.remove(before);
      this.#fromConnector += Number(message.fromConnector) - Number(before?.fromConnector ?? false);
      const placed: ChatMessage = { ...message, sessionId: "", isRating: false, counted: false };
      this.#messages.set(id, placed);
      if (before !== undefined) this.#changed.delete(before);
      this.#changed.add(placed);
      this.#timeline.add(placed);
    }
    this.#dirty.clear();
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

  #isRating(at: number, message: ChatMessage, decidedAt: number): boolean {
    this.#candidates.add({ at, decidedAt });
    return !isAnswer(this.#timeline.points[decidedAt], message.at);
  }

  #describe(since: number, place: number, wanted: "changes" | "all"): ChatChanges {
    const { sessions } = this.#sessions;
    const first = this.#firstAffected(since);
    const opened = [sessions[first], this.#described[first]].map((one) => one?.openedAt ?? since);
    const from = Math.min(since, ...opened) - slackMs;
    const messages: ChatMessage[] = [];
    const said: { session: number; message: ChatMessage }[] = [];
    const { points } = this.#timeline;
    const start = Math.min(place, this.#timeline.firstSince(from));
    for (let at = start; at < points.length; at++) {
      const message = points[at];
      if (message?.kind !== "message") continue;
      const session = this.#place(message);
      if (wanted !== "changes" || this.#changed.has(message)) messages.push(message);
      if (message.counted && session !== null) said.push({ session, message });
    }
    this.#changed.clear();
    const before = this.#described.splice(first);
    const now = describeSessions(sessions, first, said);
    this.#described.push(...now);
    return { messages, ...changedSessions(before, now, wanted === "changes" ? null : this.#openers(start)) };
  }

  /** The first session that a point of this time, or what changed, may concern. */
  #firstAffected(since: number): number {
    const { sessions } = this.#sessions;
    let first = Math.min(this.#sessions.takeTouched(), sessions.length, this.#described.length);
    let earliest = Math.min(since, this.#described[first]?.openedAt ?? since);
    for (let last = sessions.length - 1; last >= 0; last--) {
      const session = sessions[last];
      if (session === undefined) continue;
      if (last >= first) earliest = Math.min(earliest, session.openedAt);
      else if (session.closedAt !== null && session.closedAt + slackMs < earliest - slackMs) break;
      else [first, earliest] = [last, Math.min(earliest, session.openedAt)];
    }
    return first;
  }

  /** Sets what the sessions say of a message; answers its session. */
  #place(message: ChatMessage): number | null {
    const { sessions } = this.#sessions;
    const rated = this.#sessions.ratedBy(message.id);
    const session = rated ?? (this.#context.isKnown ? sessionAt(sessions, message.at) : null);
    const sessionId = session === null ? "" : (sessions[session]?.sessionId ?? "");
    const isRating = rated !== null;
    const counted = !isRating && this.#isTold(message);
    if (message.sessionId !== sessionId || message.isRating !== isRating || message.counted !== counted)
      this.#changed.add(message);
    Object.assign(message, { sessionId, isRating, counted });
    if (this.#changed.has(message)) this.#totals.set(message.id, counted ? message : null);
    return session;
  }

  /** Keys of sessions that a fold of fewer facts may have opened, from this place on. */
  #openers(start: number): SessionKey[] {
    return this.#timeline.points.slice(start).flatMap((point) => {
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

const isCounted = (point: ChatMessage | SessionPoint): point is ChatMessage =>
  point.kind === "message" && point.counted;

const mayOpen = ({ connector, facts }: Message) =>
  connector !== "" && facts.some(({ direction }) => direction === "inbound");
