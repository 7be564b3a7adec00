import { type Pace, turns } from "@portalstream/clickhouse";
import Fastify from "fastify";
import { describe, expect, onTestFinished, test } from "vitest";
import { ownPace } from "../../test/facts.ts";
import { sendJson, toJson } from "./to-json.ts";

const textOf = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString();
const chats = Array.from({ length: 20_000 }, (_, at) => ({
  at,
  text: "some «text» ".repeat(9),
  none: undefined,
}));
const many = Object.fromEntries(chats.map((chat) => [`"${chat.at}"`, chat]));

test.each([
  { items: [{ a: 1, b: undefined }, null, "x", [1]], nextCursor: null, left: undefined },
  { items: [], 'a"b': { c: [1, 2] } },
  [1, 2],
  "text",
  null,
])("is what JSON.stringify makes: %j", async (value) => {
  expect(textOf(await toJson(value, ownPace()))).toBe(JSON.stringify(value));
});

describe.each([
  ["a long list", { items: chats, nextCursor: null }],
  [
    "one member with a long list inside",
    { items: [{ bot: { id: "1", left: undefined, chats } }, undefined] },
  ],
  ["one member with many fields", { items: [{ body: many }] }],
])("%s", (_, value) => {
  test("is made in slices, into what JSON.stringify makes", async () => {
    let parts = 0;
    const pace: Pace = {
      // Asked between the parts, which cannot be cut.
      get over() {
        parts += 1;
        return parts % 100 === 0;
      },
      next: async () => {},
    };
    const chunks = await toJson(value, pace);
    expect(textOf(chunks)).toBe(JSON.stringify(value));
    expect(parts).toBeGreaterThan(20_000);
    for (const chunk of chunks) expect(chunk.length).toBeLessThan(200_000);
  });

  test("ends when its caller has gone", async () => {
    const left = new AbortController();
    const made = toJson(value, turns.of("left", left.signal));
    left.abort(new Error("left"));
    await expect(made).rejects.toThrow("left");
  });

  test("is sent whole, and of a HEAD request its length", async () => {
    const app = Fastify();
    onTestFinished(() => app.close());
    app.get("/", async (_request, reply) => sendJson(reply, await toJson(value, ownPace())));
    const answer = await app.inject({ url: "/" });
    expect(answer.payload).toBe(JSON.stringify(value));
    const head = await app.inject({ url: "/", method: "HEAD" });
    for (const { headers, statusCode } of [answer, head]) {
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({
        "content-type": "application/json; charset=utf-8",
        "content-length": String(Buffer.byteLength(JSON.stringify(value))),
      });
    }
    expect(head.payload).toBe("");
  });
});
