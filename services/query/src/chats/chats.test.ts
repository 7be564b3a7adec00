import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, bot, chatName, crm, insertFacts, message, openTestDb, session } from "../../test/facts.ts";
import { sessionRoutes } from "../sessions/routes.ts";
import { chatRoutes } from "./routes.ts";

const operator = { direction: "outbound", kind: "operator" } as const;
const facts = [
  ...message({ key: "xm1", eventId: "e1", at: "2026-01-05T10:00:00Z", external: "chat1" }),
  ...message({
    key: "b20",
    eventId: "e2",
    at: "2026-01-05T10:01:00Z",
    external: "chat1",
    bitrixChat: "77",
    ...operator,
    author: "5",
  }),
  ...message({
    key: "b21",
    eventId: "e3",
    at: "2026-01-05T10:02:00Z",
    bitrixChat: "77",
    direction: "outbound",
    kind: "system",
    author: "0",
  }),
  ...message({
    key: "b21",
    eventId: "e4",
    at: "2026-01-05T10:02:30Z",
    action: "edit",
    bitrixChat: "77",
    direction: "outbound",
    kind: "system",
    author: "0",
  }),
  ...message({
    key: "b30",
    eventId: "e5",
    at: "2026-01-05T10:00:01Z",
    origin: "bot",
    bitrixChat: "77",
    connector: "",
    line: "",
  }),
  ...session({ action: "start", at: "2026-01-05T10:00:02Z", bitrixChat: "77", id: "500", parent: "400" }),
  ...session({
    action: "start",
    at: "2026-01-05T10:00:03Z",
    bitrixChat: "77",
    origin: "session",
    connector: "telegram",
    line: "1",
  }),
  ...session({ action: "finish", at: "2026-01-05T10:10:00Z", bitrixChat: "77", id: "500" }),
  ...session({ action: "finish", at: "2026-01-05T10:10:01Z", bitrixChat: "77", origin: "session" }),
  ...bot("99", "77"),
  ...crm("77", "LEAD", "3"),
  ...crm("77", "CONTACT", "4"),
  // A chat that a connector opened and nobody linked.
  ...message({
    key: "xm2",
    eventId: "e6",
    at: "2026-01-06T10:00:00Z",
    external: "chat2",
    connector: "viber",
    line: "2",
  }),
  // A chat that only a bot is in.
  ...message({
    key: "b40",
    eventId: "e7",
    at: "2026-01-06T11:00:00Z",
    origin: "bot",
    bitrixChat: "88",
    connector: "",
    line: "",
  }),
];

const db = await openTestDb();
beforeAll(() => insertFacts(db, facts));
afterAll(() => db.close());

const expectedSession = {
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
  durationSeconds: 598,
  messages: { inbound: 1, outbound: 1, system: 1 },
  operators: ["5"],
};
const expectedChat = {
  chatId: "b77",
  bitrixChatId: "77",
  externalChatId: "chat1",
  connector: "telegram",
  line: "1",
  state: "closed",
  session: expectedSession,
  firstMessageAt: "2026-01-05T10:00:00.000Z",
  lastMessageAt: "2026-01-05T10:02:00.000Z",
  messages: { inbound: 1, outbound: 1, system: 1, edited: 1, deleted: 0 },
  operators: ["5"],
  bots: ["99"],
  crm: [
    { type: "CONTACT", id: "4" },
    { type: "LEAD", id: "3" },
  ],
};

async function chatIds(query: Record<string, string>): Promise<string[]> {
  const { items } = Object(await ask(db, chatRoutes, "chats", query));
  return items.map((item: { chatId: string }) => item.chatId);
}

describe("a chat", () => {
  test("joins what was told under its external and its Bitrix24 name; a bot's copy of a message does not count", async () => {
    expect(await ask(db, chatRoutes, "chats/b77")).toEqual(expectedChat);
  });

  test("is found by the name it had before it was linked", async () => {
    expect(await ask(db, chatRoutes, "chats/xchat1")).toEqual(expectedChat);
  });

  test("without a Bitrix24 id is open from the customer's first message on", async () => {
    expect(await ask(db, chatRoutes, "chats/xchat2")).toMatchObject({
      chatId: "xchat2",
      bitrixChatId: null,
      externalChatId: "chat2",
      state: "open",
      session: { sessionId: null, openedBy: "message", closedAt: null, firstResponseSeconds: null },
    });
  });

  test("that only a bot is in counts what the bot heard, and has no sessions", async () => {
    const expected = { state: "none", session: null, connector: null, messages: { inbound: 1 } };
    expect(await ask(db, chatRoutes, "chats/b88")).toMatchObject(expected);
  });

  test("that no event names is not found", async () => {
    await expect(ask(db, chatRoutes, "chats/b1")).rejects.toMatchObject({
      status: 404,
      code: "chat_not_found",
    });
  });
});

test.each<[Record<string, string>, string[]]>([
  [{}, ["b77", "b88", "xchat2"]],
  [{ line: "1" }, ["b77"]],
  [{ connector: "viber" }, ["xchat2"]],
  [{ state: "open" }, ["xchat2"]],
  [{ state: "closed" }, ["b77"]],
  [{ state: "none" }, ["b88"]],
  [{ externalChatId: "chat1" }, ["b77"]],
  [{ bitrixChatId: "88" }, ["b88"]],
  [{ bitrixChatId: "88", line: "1" }, []],
])("of %j the chats are %j", async (query, expected) => {
  expect(await chatIds(query)).toEqual(expected);
});

test("chats come in pages", async () => {
  const first = Object(await ask(db, chatRoutes, "chats", { limit: "2" }));
  const second = Object(await ask(db, chatRoutes, "chats", { limit: "2", cursor: first.nextCursor }));
  expect([...first.items, ...second.items].map((chat: { chatId: string }) => chat.chatId)).toEqual([
    "b77",
    "b88",
    "xchat2",
  ]);
  expect(second.nextCursor).toBe(null);
});

test("sessions are listed newest first, whole and filtered", async () => {
  const list = (query: Record<string, string> = {}) => ask(db, sessionRoutes, "sessions", query).then(Object);
  const { items } = await list();
  expect(items).toMatchObject([{ chatId: "xchat2", state: "open" }, expectedSession]);
  expect((await list({ to: "2026-01-06T00:00:00Z" })).items).toEqual([expectedSession]);
  expect((await list({ from: "2026-01-06T00:00:00Z" })).items).toEqual([items[0]]);
  expect((await list({ line: "1" })).items).toEqual([expectedSession]);
  expect((await list({ connector: "viber" })).items).toEqual([items[0]]);
  expect((await list({ state: "closed" })).items).toEqual([expectedSession]);
  const page = await list({ limit: "1" });
  expect((await list({ limit: "1", cursor: page.nextCursor })).items).toEqual([expectedSession]);
});

test("a later link moves a name, and what was told under it, to another chat", async () => {
  await insertFacts(
    db,
    chatName({
      at: "2026-01-07T10:00:00Z",
      external: "chat1",
      bitrixChat: "90",
      connector: "telegram",
      line: "1",
    }),
  );
  expect(await ask(db, chatRoutes, "chats/xchat1")).toMatchObject({
    chatId: "b90",
    messages: { inbound: 1, outbound: 0 },
  });
  expect(await ask(db, chatRoutes, "chats/b77")).toMatchObject({
    chatId: "b77",
    messages: { inbound: 0, outbound: 1 },
  });
});
