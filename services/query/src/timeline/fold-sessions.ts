import type { FactOrigin, FinishPoint, MessagePoint, Point, StartPoint } from "./points.ts";
import { inOrder } from "./points.ts";

/** A start reported twice (dialog and session) names one session within this time; likewise a finish. */
const samePairMs = 60_000;
/** Times have one-second steps and the parts of one moment arrive apart. */
export const slackMs = 5_000;

export type OpenedBy = FactOrigin | "message" | "finish";

export type Session = {
  sessionId: string | null;
  openedAt: number;
  closedAt: number | null;
  openedBy: OpenedBy;
  parentSessionId: string | null;
  /** What its start said; empty where no start said it. */
  connector: string;
  line: string;
};

type LastFinish = { point: FinishPoint; session: Session; paired: boolean };
type Fold = { sessions: Session[]; lastFinish: LastFinish | null };

/** The sessions of one chat, in the order they opened. The answer depends on the set of points alone. */
export function foldSessions(points: readonly Point[]): Session[] {
  const fold: Fold = { sessions: [], lastFinish: null };
  for (const point of inOrder(points)) {
    switch (point.kind) {
      case "start":
        start(fold, point);
        break;
      case "finish":
        finish(fold, point);
        break;
      case "message":
        message(fold, point);
        break;
    }
  }
  return fold.sessions;
}

function start(fold: Fold, point: StartPoint): void {
  learn(withId(fold, point.sessionId) ?? startedAs(fold, point) ?? open(fold, point.at, point.origin), point);
}

/** The open session that this start tells of, if it does. */
function startedAs(fold: Fold, point: StartPoint): Session | null {
  const current = openSession(fold);
  if (current === null) return null;
  if (current.openedBy !== "message") return isSameStart(current, point) ? current : null;
  if (point.at - current.openedAt > slackMs) return null;
  current.openedAt = point.at;
  current.openedBy = point.origin;
  return current;
}

function isSameStart(current: Session, point: StartPoint): boolean {
  if (point.at - current.openedAt > samePairMs) return false;
  return current.sessionId === null || point.sessionId === null || current.sessionId === point.sessionId;
}

function learn(session: Session, point: StartPoint): void {
  session.sessionId ??= point.sessionId;
  session.parentSessionId ??= point.parentSessionId;
  session.connector ||= point.connector;
  session.line ||= point.line;
}

function finish(fold: Fold, point: FinishPoint): void {
  const partner = pairOf(fold, point);
  if (partner !== null) {
    partner.session.sessionId ??= point.sessionId;
    fold.lastFinish = { point, session: partner.session, paired: true };
    return;
  }
  const session = finishedBy(fold, point) ?? open(fold, point.at, "finish");
  session.sessionId ??= point.sessionId;
  session.closedAt ??= point.at;
  fold.lastFinish = { point, session, paired: false };
}

/** The finish already seen that tells of the same end as this one, from the other kind of event. */
function pairOf(fold: Fold, point: FinishPoint): LastFinish | null {
  const last = fold.lastFinish;
  if (last === null || last.paired || point.at - last.point.at > samePairMs) return null;
  if (point.sessionId === null) return last.point.origin === point.origin ? null : last;
  if (last.point.sessionId !== null) return null;
  const known = withId(fold, point.sessionId);
  const tellsOfIt = known === null ? last.session.sessionId === null : known === last.session;
  return tellsOfIt ? last : null;
}

function finishedBy(fold: Fold, point: FinishPoint): Session | null {
  const known = withId(fold, point.sessionId);
  if (known !== null) return known;
  const current = openSession(fold);
  return point.sessionId === null || current?.sessionId === null ? current : null;
}

function message(fold: Fold, point: MessagePoint): void {
  if (!point.connected || point.direction !== "inbound" || point.author.kind !== "customer") return;
  const last = fold.sessions.at(-1);
  const covered = last !== undefined && (last.closedAt === null || point.at <= last.closedAt + slackMs);
  if (!covered) open(fold, point.at, "message");
}

function openSession(fold: Fold): Session | null {
  const last = fold.sessions.at(-1);
  return last?.closedAt === null ? last : null;
}

function withId(fold: Fold, sessionId: string | null): Session | null {
  if (sessionId === null) return null;
  return fold.sessions.find((session) => session.sessionId === sessionId) ?? null;
}

/** A new session ends the one before it, where that one is still open. */
function open(fold: Fold, at: number, openedBy: OpenedBy): Session {
  const superseded = openSession(fold);
  if (superseded !== null) superseded.closedAt = at;
  const session: Session = {
    sessionId: null,
    openedAt: at,
    closedAt: null,
    openedBy,
    parentSessionId: null,
    connector: "",
    line: "",
  };
  fold.sessions.push(session);
  return session;
}
