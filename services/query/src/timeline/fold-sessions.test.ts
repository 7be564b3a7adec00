import { describe, expect, test } from "vitest";
import { foldSessions } from "./fold-sessions.ts";
import type {
  AuthorKind,
  Direction,
  FactOrigin,
  FinishPoint,
  MessagePoint,
  Point,
  StartPoint,
} from "./points.ts";

const second = 1_000;
const minute = 60 * second;

function start(at: number, sessionId: string | null, origin: FactOrigin = "dialog"): StartPoint {
  return { kind: "start", at, sessionId, origin, parentSessionId: null, connector: "", line: "" };
}

function finish(at: number, sessionId: string | null, origin: FactOrigin = "dialog"): FinishPoint {
  return { kind: "finish", at, sessionId, origin };
}

function message(at: number, kind: AuthorKind = "customer", direction: Direction = "inbound"): MessagePoint {
  return { kind: "message", at, messageId: `x${at}`, direction, author: { kind, id: "" }, connected: true };
}

/** Each session as "id opened–closed by whom". */
function sessionsOf(...points: Point[]): string[] {
  return foldSessions(points).map(
    ({ sessionId, openedAt, closedAt, openedBy }) =>
      `${sessionId ?? "?"} ${openedAt}–${closedAt ?? ""} ${openedBy}`,
  );
}

describe("a start", () => {
  test("opens a session", () => {
    expect(sessionsOf(start(0, "1"))).toEqual(["1 0– dialog"]);
  });

  test("of a session that is known changes nothing, however late", () => {
    expect(sessionsOf(start(0, "1"), finish(minute, "1"), start(9 * minute, "1"))).toEqual([
      "1 0–60000 dialog",
    ]);
  });

  test("within 60 s of another tells of the same session, and one of them may know the id", () => {
    expect(sessionsOf(start(0, null, "session"), start(minute, "1"))).toEqual(["1 0– session"]);
    expect(sessionsOf(start(0, "1"), start(minute, null, "session"))).toEqual(["1 0– dialog"]);
  });

  test("more than 60 s after another opens a new session, which ends the open one", () => {
    expect(sessionsOf(start(0, null), start(minute + 1, "1"))).toEqual([
      "? 0–60001 dialog",
      "1 60001– dialog",
    ]);
  });

  test("with another id opens a new session at once", () => {
    expect(sessionsOf(start(0, "1"), start(second, "2"))).toEqual(["1 0–1000 dialog", "2 1000– dialog"]);
  });

  test("after a finish opens a new session, even within 60 s", () => {
    expect(sessionsOf(start(0, null), finish(second, null), start(2 * second, null))).toEqual([
      "? 0–1000 dialog",
      "? 2000– dialog",
    ]);
  });

  test("up to 5 s after the customer's message names the session which that message opened", () => {
    expect(sessionsOf(message(0), start(5 * second, "1"))).toEqual(["1 5000– dialog"]);
  });

  test("more than 5 s after the customer's message opens a session of its own", () => {
    expect(sessionsOf(message(0), start(5 * second + 1, "1"))).toEqual([
      "? 0–5001 message",
      "1 5001– dialog",
    ]);
  });

  test("tells the parent, the connector and the line, also where another start was first", () => {
    const told: StartPoint = { ...start(second, "1"), parentSessionId: "9", connector: "c", line: "2" };
    expect(foldSessions([start(0, null, "session"), told])).toMatchObject([
      { sessionId: "1", parentSessionId: "9", connector: "c", line: "2" },
    ]);
  });
});

describe("a finish", () => {
  test("closes the session of its id", () => {
    expect(sessionsOf(start(0, "1"), finish(minute, "1"))).toEqual(["1 0–60000 dialog"]);
  });

  test("that comes again leaves the first time", () => {
    expect(sessionsOf(start(0, "1"), finish(minute, "1"), finish(9 * minute, "1"))).toEqual([
      "1 0–60000 dialog",
    ]);
  });

  test("with an id closes an open session that has none, and names it", () => {
    expect(sessionsOf(message(0), finish(minute, "1"))).toEqual(["1 0–60000 message"]);
  });

  test("with the id of a session never heard of makes one of no length", () => {
    expect(sessionsOf(finish(minute, "1"))).toEqual(["1 60000–60000 finish"]);
  });

  test("with an unknown id ends an open session of another id as the start of a new one does", () => {
    expect(sessionsOf(start(0, "1"), finish(minute, "2"))).toEqual([
      "1 0–60000 dialog",
      "2 60000–60000 finish",
    ]);
  });

  test("without an id closes the open session", () => {
    expect(sessionsOf(start(0, "1"), finish(minute, null, "session"))).toEqual(["1 0–60000 dialog"]);
  });

  test("without an id and without an open session makes one of no length", () => {
    expect(sessionsOf(finish(minute, null))).toEqual(["? 60000–60000 finish"]);
  });

  test("of the other origin within 60 s is the same finish, the one without an id coming last", () => {
    expect(sessionsOf(start(0, "1"), finish(minute, "1"), finish(2 * minute, null, "session"))).toHaveLength(
      1,
    );
    expect(
      sessionsOf(start(0, "1"), finish(minute, "1"), finish(2 * minute + 1, null, "session")),
    ).toHaveLength(2);
  });

  test("of the other origin within 60 s is the same finish, the one with an id coming last", () => {
    expect(sessionsOf(message(0), finish(minute, null, "session"), finish(2 * minute, "1"))).toEqual([
      "1 0–60000 message",
    ]);
    expect(sessionsOf(start(0, "1"), finish(minute, null, "session"), finish(2 * minute, "1"))).toEqual([
      "1 0–60000 dialog",
    ]);
  });

  test("is the partner of one other finish only", () => {
    const points = [finish(0, null, "session"), finish(second, null), finish(2 * second, null, "session")];
    expect(sessionsOf(start(0, "1"), ...points)).toEqual(["1 0–0 dialog", "? 2000–2000 finish"]);
  });

  test("of the same origin without an id is another finish", () => {
    expect(sessionsOf(start(0, "1"), finish(second, null), finish(2 * second, null))).toHaveLength(2);
  });
});

describe("a message", () => {
  test("of the customer opens a session where none is open", () => {
    expect(sessionsOf(message(0))).toEqual(["? 0– message"]);
  });

  test("of the customer in an open session opens none", () => {
    expect(sessionsOf(start(0, "1"), message(second))).toEqual(["1 0– dialog"]);
  });

  test("up to 5 s after the end still belongs to the session that ended", () => {
    expect(sessionsOf(start(0, "1"), finish(minute, "1"), message(minute + 5 * second))).toHaveLength(1);
    expect(sessionsOf(start(0, "1"), finish(minute, "1"), message(minute + 5 * second + 1))).toHaveLength(2);
  });

  test.each([
    ["operator", "outbound"],
    ["bot", "outbound"],
    ["system", "outbound"],
    ["system", "inbound"],
    ["operator", "inbound"],
  ] as const)("of %s, %s, opens none", (kind, direction) => {
    expect(sessionsOf(message(0, kind, direction))).toEqual([]);
  });

  test("of a chat without a connector opens none", () => {
    expect(sessionsOf({ ...message(0), connected: false })).toEqual([]);
  });
});

test("at one time, starts come before messages and messages before finishes", () => {
  expect(sessionsOf(finish(0, "1"), message(0), start(0, "1"))).toEqual(["1 0–0 dialog"]);
});
