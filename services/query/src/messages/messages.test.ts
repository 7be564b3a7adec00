import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, bot, insertFacts, message, openTestDb, session } from "../../test/facts.ts";
import { messageRoutes } from "./routes.ts";

const file = { name: "a.png", type: "image", mime: "image/png", url: "https://example.com/a.png", size: 5 };
const facts = [
  // A chat known by its external name first, linked later.
  ...message({
    key: "xm1",
    eventId: "e1",
    at: "2026-01-05T10:00:00Z",
    external: "chat1",
    text: "Привет, МИР",
    name: "Ann",
    externalIds: ["2", "1"],
  }),
  ...message({
    key: "xm1",
    eventId: "e0",
    at: "2026-01-05T10:00:00Z",
    external: "chat1",
    text: "Привет, МИР",
    name: "Ann",
    externalIds: ["3"],
  }),
  // One operator's message by two events.
  ...message({
    key: "b20",
    eventId: "e2",
    at: "2026-01-05T10:01:01Z",
    external: "chat1",
    bitrixChat: "77",
    direction: "outbound",
    kind: "operator",
    author: "5",
    name: "Olga",
    text: "Good day",
    bitrixId: "20",
    files: JSON.stringify([file]),
  }),
  ...message({
    key: "b20",
    eventId: "e3",
    at: "2026-01-05T10:01:00Z",
    bitrixChat: "77",
    connector: "",
    line: "",
    direction: "outbound",
    kind: "unknown",
    text: null,
    bitrixId: "20",
  }),
  // Edited twice, then deleted; the deletion knows no text.
  ...message({
    key: "b21",
    eventId: "e4",
    at: "2026-01-05T10:02:00Z",
    bitrixChat: "77",
    direction: "outbound",
    kind: "operator",
    author: "6",
    text: "first",
  }),
  ...message({
    key: "b21",
    eventId: "e5",
    at: "2026-01-05T10:03:00Z",
    action: "edit",
    bitrixChat: "77",
    direction: "outbound",
    kind: "unknown",
    text: "second",
  }),
  ...message({
    key: "b21",
    eventId: "e6",
    at: "2026-01-05T10:04:00Z",
    action: "edit",
    bitrixChat: "77",
    direction: "outbound",
    kind: "unknown",
    text: "third",
  }),
  ...message({
    key: "b21",
    eventId: "e7",
    at: "2026-01-05T10:05:00Z",
    action: "delete",
    bitrixChat: "77",
    direction: "outbound",
    kind: "unknown",
    text: null,
  }),
  // Its edit came, its first version never did.
  ...message({
    key: "b22",
    eventId: "e8",
    at: "2026-01-05T10:06:00Z",
    action: "edit",
    bitrixChat: "77",
    direction: "outbound",
    kind: "unknown",
    text: "only edit",
  }),
  // Its deletion tells a text that the message never had.
  ...message({
    key: "b25",
    eventId: "ed",
    at: "2026-01-05T10:06:01Z",
    bitrixChat: "77",
    direction: "outbound",
    kind: "operator",
    text: "what was said",
  }),
  ...message({
    key: "b25",
    eventId: "ee",
    at: "2026-01-05T10:06:02Z",
    action: "delete",
    bitrixChat: "77",
    direction: "outbound",
    kind: "unknown",
    text: "This message was deleted",
  }),
  // A known bot, told as an operator; and what the bot itself heard.
  ...message({
    key: "b23",
    eventId: "e9",
    at: "2026-01-05T10:07:00Z",
    bitrixChat: "77",
    direction: "outbound",
    kind: "operator",
    author: "99",
    text: "beep",
  }),
  ...message({
    key: "b24",
    eventId: "ea",
    at: "2026-01-05T10:00:01Z",
    origin: "bot",
    bitrixChat: "77",
    connector: "",
    line: "",
    text: "Привет, МИР",
  }),
  ...bot("99", "77"),
  ...session({ action: "start", at: "2026-01-05T10:00:02Z", bitrixChat: "77", id: "500" }),
  // Another chat, another line, another portal.
  ...message({
    key: "xm9",
    eventId: "eb",
    at: "2026-01-06T10:00:00Z",
    external: "chat2",
    line: "2",
    connector: "viber",
  }),
  ...message({
    key: "xm1",
    eventId: "ec",
    at: "2026-01-07T10:00:00Z",
    external: "chat1",
    portal: "portal-2",
  }),
];

const db = await openTestDb();
beforeAll(() => insertFacts(db, facts));
afterAll(() => db.close());

function list(query: Record<string, string> = {}) {
  return ask(db, messageRoutes, "messages", query);
}
async function ids(query: Record<string, string>): Promise<unknown> {
  const answer = await list(query);
  return Reflect.get(Object(answer), "items").map((item: { messageId: string }) => item.messageId);
}
async function one(messageId: string): Promise<unknown> {
  const answer = await list();
  return Reflect.get(Object(answer), "items").find(
    (item: { messageId: string }) => item.messageId === messageId,
  );
}

describe("a message", () => {
  test("told by two events is one, with what each of them knows", async () => {
    expect(await one("b20")).toEqual({
      messageId: "b20",
      chatId: "b77",
      connector: "telegram",
      line: "1",
      bitrixMessageId: "20",
      externalMessageIds: [],
      direction: "outbound",
      author: { kind: "operator", id: "5", name: "Olga" },
      text: "Good day",
      files: [file],
      sentAt: "2026-01-05T10:01:00.000Z",
      editedAt: null,
      deletedAt: null,
      sessionId: "500",
      source: "connector",
      eventIds: ["e2", "e3"],
    });
  });

  test("belongs to the Bitrix24 chat that its chat was linked to later, and to the session there", async () => {
    const expected = {
      chatId: "b77",
      sessionId: "500",
      externalMessageIds: ["1", "2", "3"],
      eventIds: ["e0", "e1"],
    };
    expect(await one("xm1")).toMatchObject(expected);
  });

  test("shows its last text with the times of its edit and its deletion", async () => {
    expect(await one("b21")).toMatchObject({
      text: "third",
      author: { kind: "operator", id: "6" },
      sentAt: "2026-01-05T10:02:00.000Z",
      editedAt: "2026-01-05T10:04:00.000Z",
      deletedAt: "2026-01-05T10:05:00.000Z",
    });
  });

  test("keeps what it said where its deletion tells a text", async () => {
    expect(await one("b25")).toMatchObject({ text: "what was said", deletedAt: "2026-01-05T10:06:02.000Z" });
  });

  test("known only by an edit was sent then, by an operator if it went out", async () => {
    expect(await one("b22")).toMatchObject({
      sentAt: "2026-01-05T10:06:00.000Z",
      author: { kind: "operator", id: null },
    });
  });

  test("of a user known to be a bot is a bot's", async () => {
    expect(await one("b23")).toMatchObject({ author: { kind: "bot", id: "99" } });
  });

  test("that only a bot's event tells is listed and says so", async () => {
    expect(await one("b24")).toMatchObject({ source: "bot", connector: null, line: null });
  });
});

test("messages are listed newest first", async () => {
  expect(await ids({})).toEqual(["xm9", "b23", "b25", "b22", "b21", "b20", "b24", "xm1"]);
});

test.each<[Record<string, string>, string[]]>([
  [{ from: "2026-01-06T10:00:00Z" }, ["xm9"]],
  [{ to: "2026-01-05T10:00:01Z" }, ["xm1"]],
  [{ line: "2" }, ["xm9"]],
  [{ connector: "viber" }, ["xm9"]],
  [{ direction: "inbound" }, ["xm9", "b24", "xm1"]],
  [{ author: "bot" }, ["b23"]],
  [{ operator: "5" }, ["b20"]],
  [{ operator: "99" }, []],
  [{ deleted: "true" }, ["b25", "b21"]],
  [{ deleted: "false", direction: "outbound" }, ["b23", "b22", "b20"]],
  [{ q: "мир привет" }, ["b24", "xm1"]],
  [{ q: "привет good" }, []],
  [{ q: "first" }, []],
  [{ q: "THIRD" }, ["b21"]],
  [{ q: "%" }, []],
  [{ q: "what was said" }, ["b25"]],
  [{ q: "deleted" }, []],
])("of %j the messages are %j", async (query, expected) => {
  expect(await ids(query)).toEqual(expected);
});

test("pages of one follow one another to the end, while new messages arrive", async () => {
  const seen: unknown[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: { items: { messageId: string }[]; nextCursor: string | null } = Object(
      await list({ limit: "1", ...(cursor === "" ? {} : { cursor }) }),
    );
    seen.push(...page.items.map((item) => item.messageId));
    cursor = page.nextCursor;
    if (seen.length === 2) {
      await insertFacts(
        db,
        message({
          key: "b99",
          eventId: "f1",
          at: "2026-01-08T10:00:00Z",
          external: "chat2",
          line: "2",
          connector: "viber",
        }),
      );
    }
  }
  expect(seen).toEqual(["xm9", "b23", "b25", "b22", "b21", "b20", "b24", "xm1"]);
});

test("a chat's messages are listed oldest first, by each of its names, and in pages", async () => {
  const chat = (name: string, query: Record<string, string> = {}) =>
    ask(db, messageRoutes, `chats/${name}/messages`, query).then(Object);
  const whole = await chat("b77");
  expect(whole.items.map((item: { messageId: string }) => item.messageId)).toEqual([
    "xm1",
    "b24",
    "b20",
    "b21",
    "b22",
    "b25",
    "b23",
  ]);
  expect(await chat("xchat1")).toEqual(whole);
  const first = await chat("b77", { limit: "4" });
  const second = await chat("b77", { limit: "4", cursor: first.nextCursor });
  expect([...first.items, ...second.items]).toEqual(whole.items);
  expect(second.nextCursor).toBe(null);
});

test("a chat that no event names is not found", async () => {
  await expect(ask(db, messageRoutes, "chats/b1/messages")).rejects.toMatchObject({
    status: 404,
    code: "chat_not_found",
  });
});
