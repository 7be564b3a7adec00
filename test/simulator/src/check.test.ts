import { expect, test } from "vitest";
import { type Api, ApiFailure, type Json } from "./api.ts";
import { check } from "./check.ts";
import { compareMessages, compareSessions } from "./check-chat.ts";
import { compare } from "./compare.ts";
import { simulate } from "./simulate.ts";
import type { TruthMessage, TruthSession } from "./truth.ts";

const startAt = new Date("2026-03-01T09:00:00Z");
const history = simulate({ seed: 1, portals: 2, startAt, durationMinutes: 30, chatsPerPortal: 5 });

const session: TruthSession = {
  sessionId: "7",
  openedAt: 1_000,
  closedAt: null,
  openedBy: ["dialog", "bot"],
  firstInboundAt: 1_000,
  firstResponseAt: 1_030,
  responder: "20",
  rating: { value: "like", ratedAt: 1_100 },
};
const seenSession = {
  sessionId: "7",
  openedAt: "1970-01-01T00:16:40Z",
  closedAt: null,
  openedBy: "bot",
  firstInboundAt: "1970-01-01T00:16:40.000Z",
  firstResponseAt: "1970-01-01T00:17:10Z",
  firstResponseSeconds: 30,
  firstResponseBy: "20",
  rating: { value: "like", ratedAt: "1970-01-01T00:18:20Z" },
};
const message: TruthMessage = {
  source: "connector",
  counted: true,
  isRating: false,
  bitrixMessageId: "5",
  externalMessageIds: [],
  direction: "outbound",
  author: { kind: "operator", id: "20", name: "Anna" },
  text: "hello",
  files: [],
  sentAt: 1_030,
  editedAt: null,
  deletedAt: null,
  session,
};
const seenMessage = {
  messageId: "b5",
  bitrixMessageId: "5",
  externalMessageIds: [],
  source: "connector",
  direction: "outbound",
  author: { kind: "operator", id: "20", name: "Anna" },
  text: "hello",
  files: [],
  sentAt: "1970-01-01T00:17:10.000Z",
  editedAt: null,
  deletedAt: null,
  sessionId: "7",
  isRating: false,
  counted: true,
};

test("right answers are equal, however the times are written and whichever of the starts is named", () => {
  expect(compareSessions("sessions", [session], [seenSession])).toMatchObject({ ok: true });
  expect(compareMessages("messages", [message], [seenMessage])).toMatchObject({ ok: true });
});

test.each<[string, { [key: string]: Json }]>([
  ["another text", { text: "hello!" }],
  ["another author", { author: { kind: "bot", id: "20", name: "Anna" } }],
  ["a deletion that was none", { deletedAt: "1970-01-01T00:17:10.000Z" }],
  ["another session", { sessionId: "8" }],
  ["a rating that was none", { isRating: true }],
  ["another time", { sentAt: "1970-01-01T00:17:11.000Z" }],
])("%s is a difference", (_, change) => {
  expect(compareMessages("messages", [message], [{ ...seenMessage, ...change }]).ok).toBe(false);
});

test("a message too many, a missing one and a wrong start are differences", () => {
  expect(compareMessages("messages", [message], [seenMessage, seenMessage]).ok).toBe(false);
  expect(compareMessages("messages", [message], []).ok).toBe(false);
  expect(compareSessions("sessions", [session], [{ ...seenSession, openedBy: "message" }]).ok).toBe(false);
  expect(compareSessions("sessions", [session], [{ ...seenSession, rating: null }]).ok).toBe(false);
});

test("figures are equal to a thousandth", () => {
  expect(compare("p90", { p90: 10.00004 }, { p90: 10 }).ok).toBe(true);
  expect(compare("p90", { p90: 10.004 }, { p90: 10 }).ok).toBe(false);
  expect(compare("p90", { p90: null }, { p90: 0 }).ok).toBe(false);
});

test("an API that knows nothing, or answers errors, is right about nothing but the absence of tokens", async () => {
  const empty: Api = { get: async () => ({ items: [] }), list: async () => [], put: async () => null };
  const broken = async (): Promise<never> => {
    throw new ApiFailure("GET /", 500, "");
  };
  const wrong = (await check(empty, history)).filter(({ ok }) => !ok);
  const right = (await check(empty, history)).filter(({ ok }) => ok);
  expect(wrong.length).toBeGreaterThan(20);
  expect(right.every(({ question }) => question.includes("tokens in events"))).toBe(true);
  const answers = await check({ get: broken, list: broken, put: broken }, history);
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.every(({ ok }) => !ok)).toBe(true);
});
