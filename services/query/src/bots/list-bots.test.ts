import type { ClickHouse } from "@portalstream/clickhouse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allPages, openTestApi, portalRow, type TestApi } from "../../test/api.ts";
import { botRoutes } from "./list-bots.ts";

let api: TestApi;
const start = Date.parse("2026-01-05T10:00:00Z");
type Join = { dialog?: string; chat?: string; type?: string; at: number; event: string; user?: string };
const seen = (bot: string, code: string) => ["one", bot, "seen", "", "", "", 0, "", code, ""];
const join = (bot: string, { dialog = "", chat = "", type = "", at, event, user = "" }: Join) => [
  ...["one", bot, "join", dialog, chat, type],
  ...[start + at * 1000, event, "", user],
];
const bots = "/v1/portals/one/bots";

beforeAll(async () => {
  api = await openTestApi();
  await api.insert("portals", [portalRow("one")]);
  await api.insert("bot_facts", [
    seen("64", "helper"),
    seen("64", ""),
    join("64", { dialog: "chat9", chat: "9", type: "openLine", at: 50, event: "e2", user: "2" }),
    seen("7", "older"),
    ["one", "7", "delete", "", "", "", start + 90_000, "e9", "older", ""],
    seen("100", ""),
  ]);
  await api.insert("bot_facts", [
    join("64", { dialog: "chat9", chat: "9", type: "openLine", at: 20, event: "e1", user: "1" }),
    join("64", { dialog: "chat9", chat: "9", type: "openLine", at: 20, event: "e1", user: "1" }),
    join("64", { dialog: "5", type: "private", at: 30, event: "e3" }),
  ]);
});
afterAll(() => api.close());

describe("bots of a portal", () => {
  test("are told with every chat once, since the first join", async () => {
    const { body } = await api.get(bots);
    expect(new Set(Object(body).items.map((item: object) => Reflect.get(item, "botId")))).toEqual(
      new Set(["7", "64", "100"]),
    );
    expect(Object(body).items).toContainEqual({
      botId: "64",
      code: "helper",
      deletedAt: null,
      chats: [
        {
          dialogId: "chat9",
          chatId: "b9",
          chatType: "openLine",
          joinedAt: "2026-01-05T10:00:20.000Z",
          invitedBy: "1",
        },
        {
          dialogId: "5",
          chatId: null,
          chatType: "private",
          joinedAt: "2026-01-05T10:00:30.000Z",
          invitedBy: null,
        },
      ],
    });
  });

  test("stay in the list when they are deleted", async () => {
    const { body } = await api.get(bots);
    expect(Object(body).items).toContainEqual({
      botId: "7",
      code: "older",
      deletedAt: "2026-01-05T10:01:30.000Z",
      chats: [],
    });
  });

  test("are joins in order of time, dialog and event, and of a chat the first of them", async () => {
    await api.insert("portals", [portalRow("ties")]);
    const joins = [
      { dialog: "chat2", chat: "2", at: 1, event: "e1" },
      { dialog: "chat10", chat: "10", at: 1, event: "e9", user: "of e9" },
      { dialog: "chat10", chat: "10", at: 1, event: "e3", user: "of e3" },
      { dialog: "chat10", chat: "11", at: 1, event: "e2" },
      { dialog: "chat1", chat: "1", at: 2, event: "e4" },
      { dialog: "chat1", chat: "1", at: 0, event: "e8" },
    ];
    const rows = joins.map((one) => ["ties", ...join("1", one).slice(1)]);
    await api.insert("bot_facts", rows.slice(0, 3));
    await api.insert("bot_facts", rows.slice(3).reverse());
    const [bot] = Object((await api.get("/v1/portals/ties/bots")).body).items;
    expect(
      bot.chats.map(({ dialogId, chatId, invitedBy }: Record<string, unknown>) => [
        dialogId,
        chatId,
        invitedBy,
      ]),
    ).toEqual([
      ["chat1", "b1", null],
      ["chat10", "b11", null],
      ["chat10", "b10", "of e3"],
      ["chat2", "b2", null],
    ]);
  });

  test("may be none", async () => {
    await api.insert("portals", [portalRow("none")]);
    expect((await api.get("/v1/portals/none/bots")).body).toEqual({ items: [], nextCursor: null });
  });

  test("that joined very many chats come in rows of one chat each, so that slices can cut them", async () => {
    await api.db.insertJson(
      "bot_facts",
      Array.from({ length: 3_000 }, (_, at) => [
        "many",
        ...join("1", { dialog: `chat${at}`, chat: String(at), at, event: `e${at}` }).slice(1),
      ]),
    );
    const { signal } = new AbortController();
    let slices = 0;
    const pace = {
      over: true,
      next: async () => {
        slices += 1;
      },
    };
    const query: ClickHouse["query"] = (sql, params) =>
      api.db.query(sql, params, { kind: "bounded", signal, seconds: 600, memoryBytes: 2 ** 30, pace });
    const [route] = botRoutes;
    const asked = { params: { portal: "many" }, query: {}, caller: { kind: "admin" }, pace } as const;
    const answer = await route?.answer({ ...api.db, query }, asked);
    expect(Object(answer).items[0].chats).toHaveLength(3_000);
    // A row of the bot, and every chat when its row is parsed and when it is put into the answer.
    expect(slices).toBe(6_001);
  });

  test("pages of any size hold them all in the same order", async () => {
    const whole = Object((await api.get(bots)).body).items;
    expect(await allPages(api, `${bots}?limit=1`)).toEqual(whole);
  });
});
