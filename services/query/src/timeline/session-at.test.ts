import { expect, test } from "vitest";
import type { Session } from "./fold-sessions.ts";
import { sessionAt } from "./session-at.ts";

function session(sessionId: string, openedAt: number, closedAt: number | null): Session {
  return {
    sessionId,
    openedAt,
    closedAt,
    openedBy: "dialog",
    parentSessionId: null,
    connector: "",
    line: "",
  };
}
const sessions = [session("1", 10_000, 20_000), session("2", 24_000, 30_000), session("3", 60_000, null)];

test.each([
  [4_999, null],
  [5_000, "1"],
  [10_000, "1"],
  [20_000, "1"],
  [24_000, "2"],
  [35_000, "2"],
  [35_001, null],
  [55_000, "3"],
  [9_000_000, "3"],
])("at %i the session is %s", (at, id) => {
  expect(sessionAt(sessions, at)?.sessionId ?? null).toBe(id);
});

test("between two sessions within the slack of both, the later one has it", () => {
  expect(sessionAt(sessions, 21_000)?.sessionId).toBe("2");
});

test("where one session ends as the next begins, the later one has that moment", () => {
  expect(sessionAt([session("1", 0, 10_000), session("2", 10_000, null)], 10_000)?.sessionId).toBe("2");
});
