import fc from "fast-check";
import { expect, test } from "vitest";
import { describeSessions } from "./describe-sessions.ts";
import { foldSessions } from "./fold-sessions.ts";
import type { Point } from "./points.ts";

const at = fc.integer({ min: 0, max: 240 }).map((seconds) => seconds * 1_000);
const sessionId = fc.constantFrom(null, "1", "2", "3");
const origin = fc.constantFrom("dialog" as const, "session" as const, "bot" as const);
const known = fc.constantFrom("", "7");

const point: fc.Arbitrary<Point> = fc.oneof(
  fc.record({
    kind: fc.constant("start" as const),
    at,
    sessionId,
    origin,
    parentSessionId: fc.constantFrom(null, "9"),
    connector: known,
    line: known,
  }),
  fc.record({ kind: fc.constant("finish" as const), at, sessionId, origin }),
  fc.record({
    kind: fc.constant("message" as const),
    at,
    messageId: fc.uuid(),
    direction: fc.constantFrom("inbound" as const, "outbound" as const),
    author: fc.record({
      kind: fc.constantFrom("customer" as const, "operator" as const, "bot" as const, "system" as const),
      id: fc.constantFrom("5", "6"),
    }),
    connected: fc.boolean(),
  }),
);
const history = fc.array(point, { maxLength: 25 });
const historyAndDelivery = history.chain((points) =>
  fc.tuple(
    fc.constant(points),
    fc
      .subarray(points)
      .chain((again) =>
        fc.shuffledSubarray([...points, ...again], { minLength: points.length + again.length }),
      ),
  ),
);

test("the order of points and points that come twice do not change the sessions", () => {
  fc.assert(
    fc.property(historyAndDelivery, ([points, delivered]) => {
      expect(foldSessions(delivered)).toEqual(foldSessions(points));
    }),
    { numRuns: 2_000 },
  );
});

test("sessions follow one another: none opens before the one before it has closed, and none closes before it opens", () => {
  fc.assert(
    fc.property(history, (points) => {
      const sessions = foldSessions(points);
      for (const [i, { openedAt, closedAt }] of sessions.entries()) {
        const next = sessions[i + 1];
        expect(closedAt ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(openedAt);
        if (next !== undefined)
          expect(closedAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(next.openedAt);
      }
    }),
  );
});

test("no two sessions of a chat have one id", () => {
  fc.assert(
    fc.property(history, (points) => {
      const ids = foldSessions(points).flatMap((session) => session.sessionId ?? []);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});

test("a message counts in one session at most, and an answer comes after the question", () => {
  fc.assert(
    fc.property(history, (points) => {
      const messages = points.filter((each) => each.kind === "message").sort((a, b) => a.at - b.at);
      const sessions = describeSessions(foldSessions(points), messages);
      const counted = sessions.flatMap(({ messages: { inbound, outbound, system } }) => [
        inbound,
        outbound,
        system,
      ]);
      expect(counted.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(messages.length);
      for (const { firstInboundAt, firstResponse } of sessions) {
        if (firstResponse !== null)
          expect(firstResponse.at).toBeGreaterThanOrEqual(firstInboundAt ?? Number.NaN);
      }
    }),
  );
});
