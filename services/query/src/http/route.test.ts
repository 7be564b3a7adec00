import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, portalRow, type TestApi } from "../../test/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.insert("portals", [portalRow("one")]);
});
afterAll(() => api.close());

const questions = ["events", "chats", "messages", "sessions", "bots", "chats/b1/messages"];
const cursorOf = (key: unknown) => Buffer.from(JSON.stringify(key)).toString("base64url");

describe("a question that cannot be answered", () => {
  test.each([
    ["limit=0", "limit"],
    ["limit=1001", "limit"],
    ["limit=many", "limit"],
    ["limit=1.5", "limit"],
    ["limit=0x10", "limit"],
    ["limit=", "limit"],
    ["limit=5&limit=6", "limit"],
    ["nonsense=secret-value", "nonsense"],
    ["toString=1", "toString"],
    ["__proto__=1", "__proto__"],
  ])("%s is 400 and names %s, without its value", async (query, name) => {
    for (const question of questions) {
      const { status, body, text } = await api.get(`/v1/portals/one/${question}?${query}`);
      expect(status, `${question}: ${text}`).toBe(400);
      expect(body).toMatchObject({ code: "invalid_request" });
      expect(Object(body).detail).toContain(`query parameter ${name} `);
      expect(text).not.toMatch(/secret-value|many/);
    }
  });

  test.each(["soon", "2026-02-30", "2026-01-01T10:00:00", "1767600000", "1800-01-01", "9999-01-01", ""])(
    "from=%s is no time",
    async (from) => {
      for (const question of ["events", "messages", "sessions", "analytics/sessions"]) {
        const { body } = await api.get(`/v1/portals/one/${question}?from=${from}`);
        expect(body).toMatchObject({ status: 400, code: "invalid_request" });
        expect(Object(body).detail).toContain("query parameter from ");
      }
    },
  );

  test.each([
    "%00",
    "not-base64!",
    cursorOf(null),
    cursorOf({}),
    cursorOf([]),
    cursorOf(7),
    cursorOf([1e300, "x"]),
    cursorOf([Number.MAX_SAFE_INTEGER, 1, "x"]),
    cursorOf(["x", "y", "z", "z"]),
  ])("cursor=%s is 400 invalid_cursor", async (cursor) => {
    for (const question of questions) {
      const { status, body } = await api.get(`/v1/portals/one/${question}?cursor=${cursor}`);
      if (question === "chats/b1/messages" && status === 404) continue;
      expect(body, question).toMatchObject({ status: 400, code: "invalid_cursor" });
    }
  });

  test("no text makes a question fail inside", async () => {
    const texts = [
      "%00",
      "%09",
      "%0A",
      "%5C",
      "%5CN",
      "'",
      "%22",
      "{x:String}",
      "%F0%9F%98%80",
      "%ED%A0%80",
      "%FF",
      "%",
    ];
    for (const text of texts) {
      for (const url of [
        `events?name=${text}`,
        `messages?q=${text}`,
        `messages?operator=${text}`,
        `chats?externalChatId=${text}`,
        `sessions?line=${text}`,
        `chats/${text}`,
      ]) {
        const { status, text: answer } = await api.get(`/v1/portals/one/${url}`);
        expect(status, `${url}: ${answer}`).toBeLessThan(500);
      }
      expect((await api.get(`/v1/portals/${text}`)).status).toBeLessThan(500);
    }
  });

  test("what is not there is a problem too", async () => {
    const { status, headers, body } = await api.get("/v1/nothing");
    expect(status).toBe(404);
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ code: "not_found" });
  });
});
