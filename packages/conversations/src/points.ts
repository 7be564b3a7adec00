import type { BotFact, MessageFact, SessionFact } from "./fact.ts";
import { compareText, type Message } from "./message.ts";

export type SessionOrigin = "dialog" | "session" | "bot";

/** `name`: of the fact that tells it. */
export type StartPoint = {
  kind: "start";
  at: number;
  name: string;
  sessionId: string | null;
  origin: SessionOrigin;
  parentSessionId: string | null;
  connector: string;
  line: string;
};
export type FinishPoint = {
  kind: "finish";
  at: number;
  name: string;
  sessionId: string | null;
  origin: SessionOrigin;
};

/** What the sessions of a chat are folded from, in the order of `comparePoints`. */
export type Point<M extends Message = Message> = StartPoint | FinishPoint | M;

export function sessionPointOf(fact: SessionFact): StartPoint | FinishPoint {
  const { at, name, origin, connector, line } = fact;
  const sessionId = fact.sessionId || null;
  if (fact.action === "finish") return { kind: "finish", at, name, sessionId, origin };
  const parentSessionId = fact.parentSessionId || null;
  return { kind: "start", at, name, sessionId, origin, parentSessionId, connector, line };
}

/** The start that a bot's event repeats, if it tells one. */
export function botStartOf({ name, sessionId, openedAt, connector, line }: BotFact | MessageFact) {
  if (sessionId === "" || openedAt === 0) return null;
  const start: StartPoint = {
    kind: "start",
    at: openedAt,
    name,
    sessionId,
    origin: "bot",
    parentSessionId: null,
    connector,
    line,
  };
  return start;
}

const ranks = { start: 0, message: 1, finish: 2 } as const;

/** At the same time starts come before messages before finishes, then by their ids. */
export function comparePoints(a: Point, b: Point): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.kind === "message" && b.kind === "message") return compareText(a.id, b.id);
  if (a.kind === "start" && b.kind === "start")
    return (
      compareEnds(a, b) ||
      compareText(a.connector, b.connector) ||
      compareText(a.line, b.line) ||
      compareText(a.parentSessionId ?? "", b.parentSessionId ?? "") ||
      compareText(a.name, b.name)
    );
  if (a.kind === "finish" && b.kind === "finish") return compareEnds(a, b) || compareText(a.name, b.name);
  return ranks[a.kind] - ranks[b.kind];
}

type End = Pick<FinishPoint, "sessionId" | "origin">;

const compareEnds = (a: End, b: End): number =>
  compareText(a.sessionId ?? "", b.sessionId ?? "") || compareText(a.origin, b.origin);

/** Finishes of one time, id and origin are one finish, whatever name their facts give the chat. */
export const isSameFinish = (a: Point | undefined, b: Point): boolean =>
  a?.kind === "finish" && b.kind === "finish" && a.at === b.at && compareEnds(a, b) === 0;

/** Where a point belongs in points that are in order. */
export function placeOf(points: readonly Point[], point: Point): number {
  let [low, high] = [0, points.length];
  const last = points.at(-1);
  if (last === undefined || comparePoints(last, point) < 0) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = points[middle];
    if (other !== undefined && comparePoints(other, point) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
