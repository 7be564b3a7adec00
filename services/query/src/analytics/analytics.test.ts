import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ask,
  figureMessage,
  insertState,
  openTestDb,
  type SessionState,
  type StateRow,
  session,
} from "../../test/facts.ts";
import { analyticsRoutes } from "./routes.ts";

/** Two chats over the night in which Berlin's clocks go forward; days there begin at 23:00 and then 22:00 UTC. */
const messages = (version: number, gone = false): StateRow[] => [
  figureMessage({ id: "xm1", at: "2026-03-28T22:59:59Z", chat: "b77", version, gone }),
  figureMessage({ id: "xm2", at: "2026-03-28T23:00:00Z", chat: "b77", version, gone }),
  figureMessage({
    id: "b10",
    at: "2026-03-28T23:00:59Z",
    chat: "b77",
    way: "outbound",
    operator: "5",
    edited: true,
    version,
    gone,
  }),
  figureMessage({ id: "b11", at: "2026-03-29T21:59:59Z", chat: "b77", way: "outbound", version, gone }),
  figureMessage({ id: "b12", at: "2026-03-29T22:00:00Z", chat: "b77", way: "system", version, gone }),
  figureMessage({
    id: "xm3",
    at: "2026-03-29T10:00:00Z",
    chat: "b78",
    connector: "viber",
    line: "2",
    erased: true,
    version,
    gone,
  }),
];
const answered: SessionState = {
  openedAt: "2026-03-28T22:59:58Z",
  chat: "b77",
  closedAt: "2026-03-29T22:30:00Z",
  firstInboundAt: "2026-03-28T22:59:59Z",
  firstResponseAt: "2026-03-28T23:00:59Z",
  firstResponseBy: "5",
};
const open: SessionState = {
  openedAt: "2026-03-29T10:00:00Z",
  chat: "b78",
  connector: "viber",
  line: "2",
  firstInboundAt: "2026-03-29T10:00:00Z",
};
const range = { from: "2026-03-28T22:00:00Z", to: "2026-03-30T22:00:00Z", timezone: "Europe/Berlin" };

const db = await openTestDb();
beforeAll(async () => {
  await insertState(db, [
    ...messages(4),
    figureMessage({ id: "b99", at: "2026-03-29T10:00:00Z", chat: "b77", version: 4, gone: true }),
    ...[answered, open].flatMap((one) => session({ ...one, version: 4 })),
    ...session({ openedAt: "2026-03-27T10:00:00Z", chat: "b79", version: 4, gone: true }),
    ...session({
      openedAt: "2026-03-27T11:00:00Z",
      chat: "b79",
      closedAt: "2026-03-27T12:00:00Z",
      version: 4,
    }),
  ]);
  // What those replaced, which reached this table later.
  await insertState(db, [
    ...messages(3, true),
    figureMessage({ id: "b99", at: "2026-03-29T10:00:00Z", chat: "b77", version: 3 }),
    ...session({ ...open, closedAt: "2026-03-29T11:00:00Z", version: 3 }),
    ...session({ ...answered, closedAt: null, firstResponseAt: "2026-03-28T23:10:00Z", version: 3 }),
    ...session({ openedAt: "2026-03-27T10:00:00Z", chat: "b79", version: 3 }),
    ...session({
      openedAt: "2026-03-27T11:00:00Z",
      chat: "b79",
      firstInboundAt: "2026-03-29T10:00:00Z",
      version: 3,
    }),
  ]);
  await insertState(db, [...messages(4), ...session({ ...open, version: 4 })]);
});
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
  test("are counted in the days of the time zone, each once, as their newest rows say", async () => {
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

describe("response times", () => {
  test("belong to the day of the customer's first message and to the operator who answered", async () => {
    const { items, total } = await figures("response-times", { groupBy: "operator" });
    const of5 = { group: "5", count: 1, p50: 60, p90: 60, p95: 60, mean: 60 };
    expect(items).toMatchObject([
      of5,
      { group: "5", count: 0, p50: null, p90: null, p95: null, mean: null },
      { group: "5", count: 0 },
    ]);
    expect(total).toMatchObject([of5]);
    for (const { histogram } of [...items, ...total])
      expect(histogram.map(({ upTo }: { upTo: number }) => upTo)).toEqual([
        ...[10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400, null],
      ]);
    expect(total[0].histogram.filter((bar: { count: number }) => bar.count > 0)).toEqual([
      { upTo: 60, count: 1 },
    ]);
    expect(items[1].histogram.filter((bar: { count: number }) => bar.count > 0)).toEqual([]);
  });

  test("are there where the session opened long before the range, and where it opened 5 s after it", async () => {
    const at = { from: "2026-03-01T10:00:00Z", to: "2026-03-01T11:00:00Z", timezone: "UTC" };
    const wait = (openedAt: string, firstInboundAt: string, seconds: number) =>
      session({
        openedAt,
        chat: "b50",
        closedAt: "2026-03-01T12:00:00Z",
        firstInboundAt,
        firstResponseAt: new Date(Date.parse(firstInboundAt) + seconds * 1000).toISOString(),
        line: "50",
      });
    await insertState(db, [
      ...wait("2026-01-01T10:00:00Z", "2026-03-01T10:00:00Z", 10),
      ...wait("2026-03-01T11:00:04.999Z", "2026-03-01T10:59:59.999Z", 11),
      ...wait("2026-03-01T11:00:06Z", "2026-03-01T11:00:00Z", 400),
      ...wait("2026-02-01T10:00:00Z", "2026-03-01T09:59:59.999Z", 400),
    ]);
    const { total } = await figures("response-times", { ...at, line: "50" });
    expect(total).toMatchObject([{ count: 2, p50: 10.5, p90: 10.9, p95: 10.95, mean: 10.5 }]);
  });

  test("have percentiles between the two nearest values, to three decimals, and bars up to and with their bounds", async () => {
    const waits = [10_000, 10_001, 30_000, 86_400_000, 86_400_001, 0, 1, 100, 400, 90_000];
    const start = Date.parse("2026-04-01T10:00:00Z");
    await insertState(
      db,
      waits.flatMap((wait, at) =>
        session({
          openedAt: new Date(start + at).toISOString(),
          chat: `b${at}`,
          firstInboundAt: new Date(start + at).toISOString(),
          firstResponseAt: new Date(start + at + wait).toISOString(),
          line: "60",
        }),
      ),
    );
    const { total } = await figures("response-times", { from: "2026-04-01", to: "2026-04-02", line: "60" });
    const sorted = waits.toSorted((a, b) => a - b);
    const between = (part: number) => {
      const place = part * (sorted.length - 1);
      const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
      return Math.round(below + (above - below) * (place - Math.floor(place))) / 1000;
    };
    const mean = Math.round(sorted.reduce((sum, wait) => sum + wait, 0) / sorted.length) / 1000;
    expect(total).toMatchObject([
      { count: 10, p50: between(0.5), p90: between(0.9), p95: between(0.95), mean },
    ]);
    expect(total[0].histogram.map((bar: { count: number }) => bar.count)).toEqual([
      5, 2, 0, 1, 0, 0, 0, 0, 0, 1, 1,
    ]);
  });
});

describe("sessions", () => {
  test("are counted where they open, where they close, and at the end of each day", async () => {
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

  test("that opened before the range are open in it until they close, and in nothing else", async () => {
    const hours = { from: "2026-03-30T06:00:00Z", to: "2026-03-30T09:00:00Z", interval: "hour", line: "70" };
    await insertState(db, [
      ...session({
        openedAt: "2026-01-01T10:00:00Z",
        chat: "b70",
        line: "70",
        firstInboundAt: "2026-01-01T10:00:00Z",
      }),
      ...session({
        openedAt: "2026-03-30T05:00:00Z",
        chat: "b71",
        line: "70",
        closedAt: "2026-03-30T07:00:00Z",
      }),
      ...session({
        openedAt: "2026-03-30T05:00:00Z",
        chat: "b72",
        line: "70",
        closedAt: "2026-03-30T06:00:00Z",
      }),
      ...session({
        openedAt: "2026-03-30T05:00:00Z",
        chat: "b73",
        line: "70",
        closedAt: "2026-03-30T05:59:59Z",
      }),
      ...session({
        openedAt: "2026-03-30T08:00:00Z",
        chat: "b74",
        line: "70",
        closedAt: "2026-03-30T09:00:00Z",
      }),
      ...session({ openedAt: "2026-03-30T09:00:00Z", chat: "b75", line: "70" }),
    ]);
    const { items, total } = await figures("sessions", hours);
    expect(items).toMatchObject([
      { opened: 0, closed: 1, openAtEnd: 2, unanswered: 0 },
      { opened: 0, closed: 1, openAtEnd: 1, unanswered: 0 },
      { opened: 1, closed: 0, openAtEnd: 2, unanswered: 0 },
    ]);
    expect(total).toMatchObject([{ opened: 1, closed: 2, openAtEnd: 2, duration: { p50: 5_400 } }]);
  });

  test("stay open through intervals in which nothing happens, in each group", async () => {
    const hours = {
      from: "2026-03-29T09:00:00Z",
      to: "2026-03-29T13:00:00Z",
      interval: "hour",
      groupBy: "line",
    };
    const { items } = await figures("sessions", hours);
    const openAtEnd = (line: string) =>
      items
        .filter(({ group }: { group: string }) => group === line)
        .map((item: { openAtEnd: number }) => item.openAtEnd);
    expect(openAtEnd("1")).toEqual([1, 1, 1, 1]);
    expect(openAtEnd("2")).toEqual([0, 1, 1, 1]);
  });
});

test.each([
  [{ timezone: "Mars/Base" }, "invalid_timezone"],
  [{ from: "2000-01-01", interval: "hour" }, "too_many_buckets"],
  [{ from: "2026-04-01", to: "2026-04-01" }, "invalid_request"],
  [{ interval: "minute" }, "invalid_request"],
])("%j is refused with %s", async (query, code) => {
  await expect(figures("messages", query)).rejects.toMatchObject({ status: 400, code });
});
