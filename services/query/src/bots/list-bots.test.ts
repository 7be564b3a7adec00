import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allPages, openTestApi, portalRow, type TestApi } from "../../test/api.ts";

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

  test("pages of any size hold them all in the same order", async () => {
    const whole = Object((await api.get(bots)).body).items;
    expect(await allPages(api, `${bots}?limit=1`)).toEqual(whole);
  });
});
