export type AuthorKind = "customer" | "operator" | "bot" | "system";
export type Direction = "inbound" | "outbound";
export type FactOrigin = "dialog" | "session" | "bot";

export type StartPoint = {
  kind: "start";
  at: number;
  sessionId: string | null;
  origin: FactOrigin;
  parentSessionId: string | null;
  connector: string;
  line: string;
};

export type FinishPoint = { kind: "finish"; at: number; sessionId: string | null; origin: FactOrigin };

export type MessagePoint = {
  kind: "message";
  at: number;
  messageId: string;
  direction: Direction;
  author: { kind: AuthorKind; id: string };
  /** Whether a connector carried it: a private talk with a bot has no sessions. */
  connected: boolean;
};

export type Point = StartPoint | FinishPoint | MessagePoint;

const rank = { start: 0, message: 1, finish: 2 } as const;

/** The part of a point that orders it among points of the same time and kind. */
function identity(point: Point): string[] {
  switch (point.kind) {
    case "start":
      return [point.sessionId ?? "", point.origin, point.connector, point.line, point.parentSessionId ?? ""];
    case "finish":
      return [point.sessionId ?? "", point.origin];
    case "message":
      return [point.messageId];
  }
}

function compareIdentity(a: Point, b: Point): number {
  const left = identity(a);
  const right = identity(b);
  for (const [i, part] of left.entries()) {
    const other = right[i] ?? "";
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

function comparePoints(a: Point, b: Point): number {
  return a.at - b.at || rank[a.kind] - rank[b.kind] || compareIdentity(a, b);
}

/** Points in the one order in which sessions are folded, each once. */
export function inOrder(points: readonly Point[]): Point[] {
  const sorted = points.toSorted(comparePoints);
  return sorted.filter((point, i) => {
    const before = sorted[i - 1];
    return before === undefined || comparePoints(before, point) !== 0;
  });
}
