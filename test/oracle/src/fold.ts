import { compare, sorted } from "./order.ts";

export type Point =
  | {
      kind: "start";
      at: number;
      sessionId: string;
      origin: "dialog" | "session" | "bot";
      connector: string;
      line: string;
    }
  | SaidPoint
  | { kind: "finish"; at: number; sessionId: string; origin: "dialog" | "session" };

export type Vote = "like" | "dislike";
export type SaidPoint = {
  kind: "message";
  at: number;
  messageId: string;
  by: "operator" | "system" | "bot" | "other";
  /** Whether it opens a session where none is open. */
  opens: boolean;
  /** What it says if it is a rating. */
  vote: Vote | null;
};

export type FoldedSession = {
  sessionId: string;
  openedAt: number;
  closedAt: number | null;
  openedBy: "dialog" | "session" | "bot" | "message" | "finish";
  connector: string;
  line: string;
  rating: { value: Vote; ratedAt: number; messageId: string } | null;
};

type Finish = { at: number; origin: string; sessionId: string; session: FoldedSession; paired: boolean };
type Start = Extract<Point, { kind: "start" }>;
type End = Extract<Point, { kind: "finish" }>;

const slack = 5_000;
const sameWithin = 60_000;
const voteWithin = 86_400_000;
const kinds = ["start", "message", "finish"];

function rankOf(point: Point): (string | number)[] {
  const rank = [point.at, kinds.indexOf(point.kind)];
  if (point.kind === "message") return [...rank, point.messageId];
  const named = [...rank, point.sessionId, point.origin];
  return point.kind === "start" ? [...named, point.connector, point.line] : named;
}

/** In order of time; a point that is there twice is taken once. */
function inOrder(points: readonly Point[]): Point[] {
  const once: Point[] = [];
  for (const point of sorted(points, rankOf)) {
    const before = once.at(-1);
    if (before === undefined || point.kind === "message" || compare(rankOf(before), rankOf(point)) !== 0) {
      once.push(point);
    }
  }
  return once;
}

export function foldSessions(points: readonly Point[]): FoldedSession[] {
  const sessions: FoldedSession[] = [];
  let previous: Finish | null = null;

  const current = () => {
    const last = sessions.at(-1);
    return last !== undefined && last.closedAt === null ? last : null;
  };
  const open = (session: FoldedSession) => {
    const superseded = current();
    if (superseded !== null) superseded.closedAt = session.openedAt;
    sessions.push(session);
    return session;
  };
  const withId = (id: string) => sessions.find((session) => id !== "" && session.sessionId === id) ?? null;
  const tell = (session: FoldedSession, point: Start) => {
    if (session.sessionId === "") session.sessionId = point.sessionId;
    if (session.connector === "") session.connector = point.connector;
    if (session.line === "") session.line = point.line;
  };

  const start = (point: Start) => {
    const known = withId(point.sessionId);
    if (known !== null) {
      tell(known, point);
      return;
    }
    const now = current();
    const age = now === null ? Number.POSITIVE_INFINITY : point.at - now.openedAt;
    if (now !== null && now.openedBy !== "message" && age <= sameWithin) {
      if (now.sessionId === "" || point.sessionId === "") {
        tell(now, point);
        return;
      }
    }
    if (now !== null && now.openedBy === "message" && age <= slack) {
      now.openedAt = point.at;
      now.openedBy = point.origin;
      tell(now, point);
      return;
    }
    const { at, sessionId, origin, connector, line } = point;
    open({ sessionId, openedAt: at, closedAt: null, openedBy: origin, connector, line, rating: null });
  };

  const unstarted = (at: number, sessionId: string) =>
    open({
      sessionId,
      openedAt: at,
      closedAt: at,
      openedBy: "finish",
      connector: "",
      line: "",
      rating: null,
    });

  const finish = (point: End): Finish => {
    const { at, origin, sessionId } = point;
    const done = (session: FoldedSession, paired: boolean) => ({ at, origin, sessionId, session, paired });
    const single = previous !== null && !previous.paired && at - previous.at <= sameWithin ? previous : null;
    const now = current();

    if (sessionId === "") {
      if (single !== null && single.origin !== origin) return done(single.session, true);
      if (now === null) return done(unstarted(at, ""), false);
      now.closedAt = at;
      return done(now, false);
    }

    const unnamed = single !== null && single.sessionId === "" ? single.session : null;
    const known = withId(sessionId);
    if (known !== null) {
      if (known.closedAt === null) known.closedAt = at;
      return done(known, unnamed === known);
    }
    if (unnamed !== null && unnamed.sessionId === "") {
      unnamed.sessionId = sessionId;
      return done(unnamed, true);
    }
    if (now !== null && now.sessionId === "") {
      now.sessionId = sessionId;
      now.closedAt = at;
      return done(now, false);
    }
    return done(unstarted(at, sessionId), false);
  };

  const ordered = inOrder(points);
  for (const [place, point] of ordered.entries()) {
    if (point.kind === "start") start(point);
    if (point.kind === "finish") previous = finish(point);
    if (point.kind !== "message") continue;
    const rated = ratedBy(point, place, ordered, sessions);
    if (rated !== null && point.vote !== null) {
      rated.rating = { value: point.vote, ratedAt: point.at, messageId: point.messageId };
    } else if (point.opens && current() === null) {
      const closedAt = sessions.at(-1)?.closedAt ?? Number.NEGATIVE_INFINITY;
      if (point.at <= closedAt + slack) continue;
      const opened = { sessionId: "", openedAt: point.at, closedAt: null, connector: "", line: "" };
      open({ ...opened, openedBy: "message", rating: null });
    }
  }
  return sessions;
}

/** The session that this message rates; null where it is an ordinary message. */
function ratedBy(
  point: SaidPoint,
  place: number,
  ordered: readonly Point[],
  sessions: readonly FoldedSession[],
): FoldedSession | null {
  const session = sessions.at(-1);
  if (point.vote === null || session === undefined || session.rating !== null) return null;
  if (session.closedAt === null) {
    if (!wasAsked(session, ordered.slice(0, place))) return null;
  } else if (point.at - session.closedAt > voteWithin) return null;

  const next = ordered
    .slice(place + 1)
    .find(
      (later): later is SaidPoint =>
        later.kind === "message" && later.by !== "system" && later.by !== "bot" && later.vote === null,
    );
  const answered = next !== undefined && next.by === "operator" && next.at - point.at <= voteWithin;
  return answered ? null : session;
}

/** An operator wrote in the session, and the system after the last thing that an operator wrote. */
function wasAsked(session: FoldedSession, before: readonly Point[]): boolean {
  const said = before.filter((point) => point.kind === "message");
  const lastOperator = said.findLastIndex(({ by }) => by === "operator");
  const lastSystem = said.findLastIndex(({ by }) => by === "system");
  const operator = said[lastOperator];
  return operator !== undefined && operator.at >= session.openedAt && lastSystem > lastOperator;
}

/** The session of a chat that a message of this time belongs to. */
export function sessionAt<S extends FoldedSession>(sessions: readonly S[], at: number): S | null {
  const covers = (session: FoldedSession, by: number) =>
    session.openedAt - by <= at && (session.closedAt === null || at <= session.closedAt + by);
  const inside = sessions.filter((session) => covers(session, 0));
  const near = sessions.filter((session) => covers(session, slack));
  return (inside.length > 0 ? inside : near).at(-1) ?? null;
}
