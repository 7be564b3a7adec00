import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, insertState, openTestDb, type SessionState, session } from "../../test/facts.ts";
import { sessionRoutes } from "./routes.ts";

const states: SessionState[] = [
  {
    id: "s1",
    openedAt: "2026-01-05T10:00:00Z",
    chat: "b1",
    closedAt: "2026-01-05T10:10:00Z",
    firstInboundAt: "2026-01-05T10:00:00Z",
    firstResponseAt: "2026-01-05T10:01:00Z",
    firstResponseBy: "5",
    operators: ["5", "6"],
  },
  // Three of one time: by chat, then by place.
  {
    id: "s2",
    openedAt: "2026-01-06T10:00:00Z",
    chat: "b1",
    place: 1,
    closedAt: "2026-01-06T10:00:00Z",
    openedBy: "finish",
  },
  { id: "s3", openedAt: "2026-01-06T10:00:00Z", chat: "b1", place: 2, opener: "e2", line: "2" },
  {
    id: "s4",
    openedAt: "2026-01-06T10:00:00Z",
    chat: "b2",
    connector: "viber",
    firstInboundAt: "2026-01-06T10:00:00Z",
    operators: ["6"],
  },
  {
    id: "s5",
    openedAt: "2026-01-07T10:00:00Z",
    chat: "b3",
    firstInboundAt: "2026-01-07T10:00:00Z",
    firstResponseAt: "2026-01-07T10:00:00Z",
    rating: "dislike",
    ratedAt: "2026-01-07T10:09:00Z",
  },
];
const all = ["s5", "s4", "s3", "s2", "s1"];

const db = await openTestDb();
beforeAll(async () => {
  await insertState(db, [
    ...session({ id: "gone", openedAt: "2026-01-08T10:00:00Z", chat: "b1", version: 3, gone: true }),
    ...states.flatMap((state) => session({ ...state, version: 3 })),
  ]);
  await insertState(db, [
    ...session({ id: "gone", openedAt: "2026-01-08T10:00:00Z", chat: "b1", version: 2 }),
    // Of the same keys, in another place among the sessions of another chat, without an end and an answer.
    ...states.flatMap(({ openedAt, chat, opener = "e1" }) => {
      const replaced = session({
        id: "old",
        openedAt,
        chat: "b9",
        opener,
        place: 7,
        line: "9",
        operators: ["7"],
        version: 2,
      });
      return replaced.map(({ table, row }) => ({ table, row: row.with(2, chat) }));
    }),
  ]);
  await insertState(
    db,
    states.flatMap((state) => session({ ...state, version: 3 })),
  );
});
afterAll(() => db.close());

const list = (query: Record<string, string> = {}) => ask(db, sessionRoutes, "sessions", query).then(Object);
const idsOf = (answer: { items: { sessionId: string }[] }) => answer.items.map(({ sessionId }) => sessionId);

test("sessions are listed newest first, each in its newest row alone", async () => {
  expect(idsOf(await list())).toEqual(all);
});

test("a session tells who responded first and how it was rated", async () => {
  const { items } = await list();
  expect(items[4]).toMatchObject({
    openedBy: "dialog",
    state: "closed",
    firstResponseSeconds: 60,
    firstResponseBy: "5",
    rating: null,
    durationSeconds: 600,
    operators: ["5", "6"],
  });
  expect(items[0]).toMatchObject({
    state: "open",
    firstResponseSeconds: 0,
    firstResponseBy: null,
    rating: { value: "dislike", ratedAt: "2026-01-07T10:09:00.000Z" },
    durationSeconds: null,
  });
});

test.each<[Record<string, string>, string[]]>([
  [{ from: "2026-01-06T10:00:00Z" }, ["s5", "s4", "s3", "s2"]],
  [{ to: "2026-01-06T10:00:00Z" }, ["s1"]],
  [{ line: "2" }, ["s3"]],
  [{ line: "9" }, []],
  [{ connector: "viber" }, ["s4"]],
  [{ state: "open" }, ["s5", "s4", "s3"]],
  [{ state: "closed" }, ["s2", "s1"]],
  [{ operator: "6" }, ["s4", "s1"]],
  [{ operator: "7" }, []],
  [{ firstResponseBy: "5" }, ["s1"]],
  [{ firstResponseBy: "6" }, []],
  [{ unanswered: "true" }, ["s4"]],
  [{ unanswered: "false" }, ["s5", "s3", "s2", "s1"]],
  [{ minWait: "0" }, ["s5", "s1"]],
  [{ minWait: "60" }, ["s1"]],
  [{ minWait: "61" }, []],
  [{ state: "open", unanswered: "true", connector: "telegram" }, []],
])("of %j the sessions are %j", async (query, expected) => {
  expect(idsOf(await list(query))).toEqual(expected);
});

test.each(["1", "2", "3", "4", "5"])("pages of %s hold every session once, in order", async (limit) => {
  const seen: string[] = [];
  let next: Record<string, string> = {};
  for (let page = 0; page < 9; page += 1) {
    const answer = await list({ limit, ...next });
    seen.push(...idsOf(answer));
    if (answer.nextCursor === null) break;
    next = { cursor: answer.nextCursor };
  }
  expect(seen).toEqual(all);
});
