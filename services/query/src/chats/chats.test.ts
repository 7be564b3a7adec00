import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  alias,
  ask,
  type ChatState,
  chat,
  insertState,
  openTestDb,
  type SessionState,
} from "../../test/facts.ts";
import { chatRoutes } from "./routes.ts";

const session: SessionState = {
  openedAt: "2026-01-05T10:00:02Z",
  chat: "b77",
  id: "500",
  parent: "400",
  closedAt: "2026-01-05T10:10:00Z",
  firstInboundAt: "2026-01-05T10:00:00Z",
  firstResponseAt: "2026-01-05T10:01:00Z",
  firstResponseBy: "5",
  rating: "like",
  ratedAt: "2026-01-05T10:11:00Z",
  counts: [1, 1, 1],
  operators: ["5"],
};
const states: ChatState[] = [
  {
    id: "b77",
    activeAt: "2026-01-05T10:11:00Z",
    external: "chat1",
    state: "closed",
    session,
    firstAt: "2026-01-05T10:00:00Z",
    lastAt: "2026-01-05T10:02:00Z",
    counts: [1, 2, 3, 4, 5],
    operators: ["5"],
    bots: ["99"],
    crm: ["CONTACT|4", "LEAD|3"],
  },
  { id: "b88", activeAt: "2026-01-06T11:00:00Z", connector: "", line: "" },
  {
    id: "xchat2",
    activeAt: "2026-01-06T10:00:00Z",
    external: "chat2",
    connector: "viber",
    line: "2",
    state: "open",
    session: {
      openedAt: "2026-01-06T10:00:00Z",
      chat: "xchat2",
      openedBy: "message",
      connector: "viber",
      line: "2",
    },
  },
];

const db = await openTestDb();
beforeAll(async () => {
  await insertState(db, [
    chat({ id: "b66", activeAt: "2026-01-09T10:00:00Z", version: 3, gone: true }),
    ...states.map((state) => chat({ ...state, version: 3 })),
    alias("xchat1", "b77", { version: 2 }),
    alias("xgone", "b77", { version: 2, gone: true }),
  ]);
  // What the rows above replaced: with another state and line, and active later than they are.
  await insertState(db, [
    ...["b66", "b77", "b88", "xchat2"].map((id) =>
      chat({ id, activeAt: "2026-01-09T10:00:00Z", state: "open", line: "9", external: "old", version: 2 }),
    ),
    alias("xchat1", "b88", { version: 1 }),
    alias("xgone", "b77", { version: 1 }),
  ]);
  await insertState(
    db,
    states.map((state) => chat({ ...state, version: 3 })),
  );
});
afterAll(() => db.close());

const list = (query: Record<string, string> = {}) => ask(db, chatRoutes, "chats", query).then(Object);
const idsOf = (answer: { items: { chatId: string }[] }) => answer.items.map(({ chatId }) => chatId);

const expectedChat = {
  chatId: "b77",
  bitrixChatId: "77",
  externalChatId: "chat1",
  connector: "telegram",
  line: "1",
  state: "closed",
  session: {
    sessionId: "500",
    chatId: "b77",
    connector: "telegram",
    line: "1",
    openedAt: "2026-01-05T10:00:02.000Z",
    closedAt: "2026-01-05T10:10:00.000Z",
    state: "closed",
    openedBy: "dialog",
    parentSessionId: "400",
    firstInboundAt: "2026-01-05T10:00:00.000Z",
    firstResponseAt: "2026-01-05T10:01:00.000Z",
    firstResponseSeconds: 60,
    firstResponseBy: "5",
    rating: { value: "like", ratedAt: "2026-01-05T10:11:00.000Z" },
    durationSeconds: 598,
    messages: { inbound: 1, outbound: 1, system: 1 },
    operators: ["5"],
  },
  firstMessageAt: "2026-01-05T10:00:00.000Z",
  lastMessageAt: "2026-01-05T10:02:00.000Z",
  messages: { inbound: 1, outbound: 2, system: 3, edited: 4, deleted: 5 },
  operators: ["5"],
  bots: ["99"],
  crm: [
    { type: "CONTACT", id: "4" },
    { type: "LEAD", id: "3" },
  ],
};

describe("a chat", () => {
  test("is told with everything that is known of it, alone as in the list", async () => {
    expect(await ask(db, chatRoutes, "chats/b77")).toEqual(expectedChat);
    expect((await list()).items).toContainEqual(expectedChat);
  });

  test("is found by the name it had before it was linked", async () => {
    expect(await ask(db, chatRoutes, "chats/xchat1")).toEqual(expectedChat);
  });

  test("of which little is known says null", async () => {
    const unknown = {
      externalChatId: null,
      connector: null,
      line: null,
      session: null,
      firstMessageAt: null,
    };
    expect(await ask(db, chatRoutes, "chats/b88")).toMatchObject({
      ...unknown,
      state: "none",
      bots: [],
      crm: [],
    });
    expect(await ask(db, chatRoutes, "chats/xchat2")).toMatchObject({
      bitrixChatId: null,
      session: { sessionId: null, state: "open", rating: null, firstResponseBy: null, durationSeconds: null },
    });
  });

  test.each(["b1", "b66", "xgone", "x"])("that does not exist (any more) is not found: %s", async (id) => {
    await expect(ask(db, chatRoutes, `chats/${id}`)).rejects.toMatchObject({
      status: 404,
      code: "chat_not_found",
    });
  });
});

describe.each(["id", "activity"])("sorted by %s", (sort) => {
  test.each<[Record<string, string>, string[]]>([
    [{}, ["b77", "b88", "xchat2"]],
    [{ line: "1" }, ["b77"]],
    [{ line: "9" }, []],
    [{ connector: "viber" }, ["xchat2"]],
    [{ state: "open" }, ["xchat2"]],
    [{ state: "closed" }, ["b77"]],
    [{ state: "none" }, ["b88"]],
    [{ externalChatId: "chat1" }, ["b77"]],
    [{ externalChatId: "old" }, []],
    [{ bitrixChatId: "88" }, ["b88"]],
    [{ bitrixChatId: "88", line: "1" }, []],
    [{ from: "2026-01-06T10:00:00Z" }, ["b88", "xchat2"]],
    [{ to: "2026-01-06T10:00:00Z" }, ["b77"]],
    [{ from: "2026-01-06T10:00:01Z", to: "2026-01-09T10:00:00Z" }, ["b88"]],
  ])("of %j the chats are %j", async (query, expected) => {
    expect(idsOf(await list({ ...query, sort })).sort()).toEqual(expected);
  });

  test.each(["1", "2", "3"])("pages of %s hold every chat once, in order", async (limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { chatId: string }[]; nextCursor: string | null } = await list({
        sort,
        limit,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...idsOf(page));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(sort === "id" ? ["b77", "b88", "xchat2"] : ["b88", "xchat2", "b77"]);
  });
});

test("by activity, a chat that becomes active moves to the top of a new first page; quiet ones are neither left out nor told twice", async () => {
  const of = async (query: Record<string, string>) => {
    const answer = await list({ sort: "activity", connector: "vk", limit: "2", ...query });
    return { ids: idsOf(answer), next: answer.nextCursor };
  };
  const at = (minute: number) => `2026-03-01T10:${String(minute).padStart(2, "0")}:00Z`;
  const vk = (id: string, minute: number, version: number) =>
    chat({ id, activeAt: at(minute), connector: "vk", version });
  await insertState(db, [
    vk("a", 5, 1),
    vk("b", 4, 1),
    vk("c", 3, 1),
    vk("d", 3, 1),
    vk("e", 2, 1),
    vk("f", 1, 1),
  ]);
  const first = await of({});
  expect(first.ids).toEqual(["a", "b"]);
  // One that was told, and one that was not, become active.
  await insertState(db, [vk("b", 10, 2), vk("e", 11, 2)]);
  const second = await of({ cursor: first.next });
  expect(second.ids).toEqual(["d", "c"]);
  const third = await of({ cursor: second.next });
  expect(third).toEqual({ ids: ["f"], next: null });
  expect((await of({})).ids).toEqual(["e", "b"]);
});

test("pages are full also where most rows that pass the filter were replaced", async () => {
  const busy = Array.from({ length: 300 }, (_, at) => `y${String(at).padStart(3, "0")}`);
  const rows = (version: number, connector: string) =>
    busy.map((id, at) =>
      chat({ id, activeAt: `2026-05-01T10:00:00.${String(at).padStart(3, "0")}Z`, connector, version }),
    );
  await insertState(db, rows(1, "old"));
  await insertState(db, rows(2, "new").slice(0, 298));
  for (const sort of ["id", "activity"]) {
    const { items, nextCursor } = await list({ sort, connector: "old", limit: "2" });
    expect(idsOf({ items }).sort()).toEqual(["y298", "y299"]);
    expect(nextCursor).toBe(null);
    const whole = await list({ sort, connector: "new", limit: "1000" });
    expect(whole.items).toHaveLength(298);
  }
});

test.each(["bm90IG9uZQ", "WzEsMl0", "WyIyMDI2Il0"])(
  "a cursor of another list is refused: %s",
  async (cursor) => {
    for (const sort of ["id", "activity"])
      await expect(list({ sort, cursor })).rejects.toMatchObject({ status: 400, code: "invalid_cursor" });
  },
);
