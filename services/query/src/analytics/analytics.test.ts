import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, bot, insertFacts, message, openTestDb, session } from "../../test/facts.ts";
import { chatRoutes } from "../chats/routes.ts";
import { messageRoutes } from "../messages/routes.ts";
import { sessionRoutes } from "../sessions/routes.ts";
import { analyticsRoutes } from "./routes.ts";

const operator = { direction: "outbound", kind: "operator" } as const;
/** Two chats over the night in which Berlin's clocks go forward; days there begin at 23:00 and then 22:00 UTC. */
const facts = [
  ...message({ key: "xm1", eventId: "e1", at: "2026-03-28T22:59:59Z", external: "chat1" }),
  ...message({ key: "xm2", eventId: "e2", at: "2026-03-28T23:00:00Z", external: "chat1" }),
  ...message({
    key: "b10",
    eventId: "e3",
    at: "2026-03-28T23:00:59Z",
    external: "chat1",
    bitrixChat: "77",
    ...operator,
    author: "5",
  }),
  ...message({
    key: "b10",
    eventId: "e4",
    at: "2026-03-30T00:00:00Z",
    action: "edit",
    bitrixChat: "77",
    ...operator,
    author: "5",
  }),
  ...message({
    key: "b11",
    eventId: "e5",
    at: "2026-03-29T21:59:59Z",
    bitrixChat: "77",
    direction: "outbound",
    kind: "bot",
    author: "99",
  }),
  ...message({
    key: "b12",
    eventId: "e6",
    at: "2026-03-29T22:00:00Z",
    bitrixChat: "77",
    direction: "outbound",
    kind: "system",
    author: "0",
  }),
  // What the bot heard of a message that the connector told too.
  ...message({
    key: "b13",
    eventId: "e7",
    at: "2026-03-28T23:00:01Z",
    origin: "bot",
    bitrixChat: "77",
    connector: "",
    line: "",
  }),
  ...session({ action: "start", at: "2026-03-28T22:59:58Z", bitrixChat: "77", id: "1" }),
  ...session({ action: "finish", at: "2026-03-29T22:30:00Z", bitrixChat: "77", id: "1" }),
  ...message({
    key: "xm3",
    eventId: "e8",
    at: "2026-03-29T10:00:00Z",
    external: "chat2",
    connector: "viber",
    line: "2",
  }),
  ...message({
    key: "xm3",
    eventId: "e9",
    at: "2026-03-29T10:05:00Z",
    action: "delete",
    external: "chat2",
    connector: "viber",
    line: "2",
    text: null,
    kind: "unknown",
  }),
  ...bot("99", "77"),
];
const range = { from: "2026-03-28T22:00:00Z", to: "2026-03-30T22:00:00Z", timezone: "Europe/Berlin" };

const db = await openTestDb();
beforeAll(() => insertFacts(db, facts));
afterAll(() => db.close());

function figures(of: string, query: Record<string, string> = {}) {
  return ask(db, analyticsRoutes, `analytics/${of}`, { ...range, ...query }).then(Object);
}
const days = [
  { start: "2026-03-28T22:00:00.000Z", end: "2026-03-28T23:00:00.000Z" },
  { start: "2026-03-28T23:00:00.000Z", end: "2026-03-29T22:00:00.000Z" },
  { start: "2026-03-29T22:00:00.000Z", end: "2026-03-30T22:00:00.000Z" },
];
const none = { inbound: 0, outbound: 0, system: 0, edited: 0, deleted: 0, chats: 0 };

describe("messages", () => {
  test("are counted in the days of the time zone, each once", async () => {
    expect(await figures("messages")).toEqual({
      from: "2026-03-28T22:00:00.000Z",
      to: "2026-03-30T22:00:00.000Z",
      interval: "day",
      timezone: "Europe/Berlin",
      groupBy: "none",
      items: [
        { ...days[0], group: null, ...none, inbound: 1, chats: 1 },
        { ...days[1], group: null, ...none, inbound: 2, outbound: 2, edited: 1, deleted: 1, chats: 2 },
        { ...days[2], group: null, ...none, system: 1, chats: 1 },
      ],
      total: [{ group: null, inbound: 3, outbound: 2, system: 1, edited: 1, deleted: 1, chats: 2 }],
    });
  });

  test.each([
    ["line", ["1", "2"]],
    ["connector", ["telegram", "viber"]],
    ["operator", ["5"]],
  ])("are grouped by %s, every interval for every group", async (groupBy, groups) => {
    const { items, total } = await figures("messages", { groupBy });
    expect(total.map((item: { group: string }) => item.group)).toEqual(groups);
    expect(items).toHaveLength(3 * groups.length);
  });

  test("of an operator are those that the operator sent", async () => {
    const { total } = await figures("messages", { groupBy: "operator" });
    expect(total).toEqual([{ ...none, group: "5", outbound: 1, edited: 1, chats: 1 }]);
  });

  test("are filtered by line and connector", async () => {
    const expected = [{ ...none, group: null, inbound: 1, deleted: 1, chats: 1 }];
    expect((await figures("messages", { line: "2" })).total).toEqual(expected);
    expect((await figures("messages", { connector: "viber" })).total).toEqual(expected);
  });

  test("without any there are zeros, and no groups", async () => {
    const empty = { from: "2020-01-01", to: "2020-01-02", timezone: "UTC" };
    expect(await figures("messages", empty)).toMatchObject({
      items: [none],
      total: [{ group: null, ...none }],
    });
    expect(await figures("messages", { ...empty, groupBy: "line" })).toMatchObject({ items: [], total: [] });
  });
});

test("response times belong to the day of the customer's first message and to the operator who answered", async () => {
  const { items, total } = await figures("response-times", { groupBy: "operator" });
  const answered = { group: "5", count: 1, p50: 60, p90: 60, p95: 60, mean: 60 };
  expect(items).toMatchObject([
    answered,
    { group: "5", count: 0, p50: null, mean: null },
    { group: "5", count: 0 },
  ]);
  expect(total).toMatchObject([answered]);
  const filled = total[0].histogram.filter((bar: { count: number }) => bar.count > 0);
  expect(filled).toEqual([{ upTo: 60, count: 1 }]);
});

test("sessions are counted where they open, where they close, and at the end of each day", async () => {
  const { items, total } = await figures("sessions");
  const nothing = { p50: null, p90: null, p95: null };
  const length = 84_602;
  const lengths = { p50: length, p90: length, p95: length };
  expect(items).toEqual([
    { ...days[0], group: null, opened: 1, closed: 0, openAtEnd: 1, unanswered: 0, duration: nothing },
    { ...days[1], group: null, opened: 1, closed: 0, openAtEnd: 2, unanswered: 1, duration: nothing },
    { ...days[2], group: null, opened: 0, closed: 1, openAtEnd: 1, unanswered: 0, duration: lengths },
  ]);
  expect(total).toEqual([
    { group: null, opened: 2, closed: 1, openAtEnd: 1, unanswered: 1, duration: lengths },
  ]);
  expect((await figures("sessions", { line: "2" })).total).toMatchObject([{ opened: 1, openAtEnd: 1 }]);
  expect((await figures("sessions", { groupBy: "operator" })).total).toMatchObject([
    { group: "" },
    { group: "5" },
  ]);
});

test.each([
  [{ timezone: "Mars/Base" }, "invalid_timezone"],
  [{ from: "2000-01-01", interval: "hour" }, "too_many_buckets"],
  [{ from: "2026-04-01", to: "2026-04-01" }, "invalid_request"],
  [{ interval: "minute" }, "invalid_request"],
])("%j is refused with %s", async (query, code) => {
  await expect(figures("messages", query)).rejects.toMatchObject({ status: 400, code });
});

test("all facts a second time, in the other order, change no answer", async () => {
  const everything = () =>
    Promise.all([
      ask(db, chatRoutes, "chats"),
      ask(db, messageRoutes, "messages"),
      ask(db, messageRoutes, "chats/b77/messages"),
      ask(db, sessionRoutes, "sessions"),
      ...["messages", "response-times", "sessions"].flatMap((of) =>
        ["none", "line", "connector", "operator"].map((groupBy) => figures(of, { groupBy })),
      ),
    ]).then((answers) => JSON.stringify(answers));
  const before = await everything();
  for (const fact of facts.toReversed()) await insertFacts(db, [fact]);
  expect(await everything()).toBe(before);
});
