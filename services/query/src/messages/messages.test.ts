import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alias, ask, chat, insertState, type MessageState, message, openTestDb } from "../../test/facts.ts";
import { messageRoutes } from "./routes.ts";

const file = {
  id: "7",
  name: "a.png",
  type: "image",
  mime: "image/png",
  url: "https://example.com/a.png",
  size: 5,
};
const operator = { direction: "outbound", kind: "operator" } as const;
const states: MessageState[] = [
  {
    id: "b20",
    at: "2026-01-05T10:01:00Z",
    chat: "b77",
    name: "xname",
    ...operator,
    author: "5",
    authorName: "Olga",
    text: "Good day",
    bitrixId: "20",
    externalIds: ["2", "1"],
    files: [file, { id: "4321", name: null, type: null, mime: null, url: null, size: null }],
    editedAt: "2026-01-05T10:03:00Z",
    deletedAt: "2026-01-05T10:04:00Z",
    session: "500",
    eventIds: ["e2", "e3"],
  },
  { id: "xm1", at: "2026-01-05T10:00:00Z", chat: "b77", text: "Привет, МИР" },
  {
    id: "b24",
    at: "2026-01-05T10:00:01Z",
    chat: "b77",
    text: "Привет, МИР",
    source: "bot",
    counted: false,
    connector: "",
    line: "",
  },
  {
    id: "b23",
    at: "2026-01-05T10:07:00Z",
    chat: "b77",
    direction: "outbound",
    kind: "bot",
    author: "99",
    text: "beep",
  },
  { id: "b25", at: "2026-01-05T10:08:00Z", chat: "b77", text: "1", isRating: true, counted: false },
  { id: "b26", at: "2026-01-05T10:08:00Z", chat: "b77", text: null },
  // One key in two chats.
  { id: "b27", at: "2026-01-05T10:09:00Z", chat: "b77", ...operator, author: "6" },
  { id: "b27", at: "2026-01-05T10:09:00Z", chat: "b78", ...operator, author: "6" },
  { id: "xm9", at: "2026-01-06T10:00:00Z", chat: "xchat2", line: "2", connector: "viber" },
  { id: "xm1", at: "2026-01-07T10:00:00Z", chat: "b77", portal: "portal-2" },
];
const all = ["xm9", "b27", "b27", "b26", "b25", "b23", "b20", "b24", "xm1"];

const db = await openTestDb();
beforeAll(async () => {
  // Newer rows first, then what they replaced: under a key that was left, with other words, in another chat, at another time.
  await insertState(db, [chat({ id: "b77", activeAt: "2026-01-05T10:09:00Z" }), alias("xchat1", "b77")]);
  await insertState(db, [
    message({ id: "b28", at: "2026-01-09T10:00:00Z", chat: "b77", version: 5, gone: true }),
    ...states.map((state) => message({ ...state, version: 2 })),
  ]);
  await insertState(db, [
    message({ id: "b28", at: "2026-01-09T10:00:00Z", chat: "b77", version: 4, author: "5", ...operator }),
    ...states.map((state) =>
      message({
        ...state,
        name: state.name ?? state.chat,
        text: "replaced",
        line: "9",
        chat: "b9",
        version: 1,
      }),
    ),
  ]);
  await insertState(
    db,
    states.map((state) => message({ ...state, version: 2 })),
  );
});
afterAll(() => db.close());

const list = (query: Record<string, string> = {}) => ask(db, messageRoutes, "messages", query).then(Object);
const idsOf = (answer: { items: { messageId: string }[] }) => answer.items.map((item) => item.messageId);
const ids = async (query: Record<string, string>) => idsOf(await list(query));
const one = async (id: string) =>
  (await list()).items.find(({ messageId }: { messageId: string }) => messageId === id);

describe("a message", () => {
  test("is told with everything that is known of it", async () => {
    expect(await one("b20")).toEqual({
      messageId: "b20",
      chatId: "b77",
      connector: "telegram",
      line: "1",
      bitrixMessageId: "20",
      externalMessageIds: ["2", "1"],
      direction: "outbound",
      author: { kind: "operator", id: "5", name: "Olga" },
      text: "Good day",
      files: [file, { id: "4321", name: null, type: null, mime: null, url: null, size: null }],
      isRating: false,
      counted: true,
      sentAt: "2026-01-05T10:01:00.000Z",
      editedAt: "2026-01-05T10:03:00.000Z",
      deletedAt: "2026-01-05T10:04:00.000Z",
      sessionId: "500",
      source: "connector",
      eventIds: ["e2", "e3"],
    });
  });

  test("of which little is known says null", async () => {
    const unknown = {
      connector: null,
      line: null,
      bitrixMessageId: null,
      sessionId: null,
      editedAt: null,
      deletedAt: null,
    };
    expect(await one("b24")).toMatchObject({ ...unknown, source: "bot", counted: false, files: [] });
    expect(await one("b26")).toMatchObject({
      text: null,
      author: { kind: "customer", id: null, name: null },
    });
  });

  test("that rates a session is marked", async () => {
    expect(await one("b25")).toMatchObject({ isRating: true, counted: false });
  });
});

test("messages are listed newest first, each in its newest row alone", async () => {
  expect(await ids({})).toEqual(all);
});

test.each<[Record<string, string>, string[]]>([
  [{ from: "2026-01-06T10:00:00Z" }, ["xm9"]],
  [{ to: "2026-01-05T10:00:01Z" }, ["xm1"]],
  [{ line: "2" }, ["xm9"]],
  [{ line: "9" }, []],
  [{ connector: "viber" }, ["xm9"]],
  [{ direction: "outbound" }, ["b27", "b27", "b23", "b20"]],
  [{ author: "bot" }, ["b23"]],
  [{ operator: "5" }, ["b20"]],
  [{ operator: "99" }, []],
  [{ deleted: "true" }, ["b20"]],
  [{ deleted: "false", direction: "outbound" }, ["b27", "b27", "b23"]],
  [{ q: "мир привет" }, ["b24", "xm1"]],
  [{ q: "привет good" }, []],
  [{ q: "replaced" }, []],
])("of %j the messages are %j", async (query, expected) => {
  expect(await ids(query)).toEqual(expected);
});

test.each(["1", "2", "3", "4"])(
  "pages of %s follow one another to the end, while new messages arrive",
  async (limit) => {
    const seen: string[] = [];
    let next: Record<string, string> = {};
    for (let page = 1; page < 20; page += 1) {
      const answer = await list({ limit, to: "2026-02-01", ...next });
      seen.push(...idsOf(answer));
      if (answer.nextCursor === null) break;
      next = { cursor: answer.nextCursor };
      await insertState(db, [message({ id: "b99", at: `2026-02-0${limit}T10:00:00Z`, chat: "b77" })]);
    }
    expect(seen).toEqual(all);
  },
);

test("a chat's messages are listed oldest first, by each of its names, and in pages", async () => {
  const of = (name: string, query: Record<string, string> = {}) =>
    ask(db, messageRoutes, `chats/${name}/messages`, query).then(Object);
  await insertState(db, [chat({ id: "b5", activeAt: "2026-01-05T10:00:00Z" })]);
  await insertState(db, [
    message({ id: "b1", at: "2026-01-05T10:00:00Z", chat: "b5" }),
    message({ id: "b2", at: "2026-01-05T09:00:00Z", chat: "b5", version: 2 }),
    message({ id: "b3", at: "2026-01-05T10:00:00Z", chat: "b6", name: "b5", version: 3 }),
    message({ id: "b4", at: "2026-01-05T11:00:00Z", chat: "b5", name: "xother", version: 3 }),
  ]);
  await insertState(db, [message({ id: "b3", at: "2026-01-05T10:00:00Z", chat: "b5", version: 1 })]);
  expect(idsOf(await of("b5"))).toEqual(["b2", "b1", "b4"]);
  const first = await of("b5", { limit: "1" });
  const second = await of("b5", { limit: "2", cursor: first.nextCursor });
  expect([...idsOf(first), ...idsOf(second)]).toEqual(["b2", "b1", "b4"]);
  expect(second.nextCursor).toBe(null);
  await insertState(db, [alias("xchat5", "b5")]);
  expect(await of("xchat5")).toEqual(await of("b5"));
});

test("a chat that no event names is not found", async () => {
  await expect(ask(db, messageRoutes, "chats/b1/messages")).rejects.toMatchObject({
    status: 404,
    code: "chat_not_found",
  });
});
