import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, insertState, message, openTestDb } from "../../test/facts.ts";
import { messageRoutes } from "./routes.ts";

const texts: Record<string, string | null> = {
  hello: "Привет, МИР! Ещё ёлка",
  coffee: "Cafe\u0301 cre\u0300me",
  yoga: "И\u0306ога и йогурт",
  street: "Große STRASSE",
  sea: "ΘΑΛΑΣΣΑΣ",
  thumb: "👍",
  percent: "100% _sure_ \\ of 'it'",
  short: "ая",
  letters: "abcdefghijklmnopqrstuvwxyz",
  silent: null,
  broken: `a${String.fromCharCode(0)}b c`,
};

const db = await openTestDb();
beforeAll(() =>
  insertState(
    db,
    Object.entries(texts).map(([id, text]) => message({ id, at: "2026-01-05T10:00:00Z", chat: "b1", text })),
  ),
);
afterAll(() => db.close());

async function found(q: string): Promise<string[]> {
  const { items } = Object(await ask(db, messageRoutes, "messages", { q }));
  return items.map(({ messageId }: { messageId: string }) => messageId).sort();
}

describe("search", () => {
  test.each([
    ["привет мир", ["hello"]],
    ["МИР привет", ["hello"]],
    ["риве", ["hello"]],
    ["еще", ["hello"]],
    ["ЁЛКА ЕЩЕ", ["hello"]],
    ["елк", ["hello"]],
    ["привет вечер", []],
    ["café", ["coffee"]],
    ["CAFE\u0301", ["coffee"]],
    ["cafe", []],
    ["crème", ["coffee"]],
    ["йога", ["yoga"]],
    ["и\u0306ог", ["yoga"]],
    ["straße", ["street"]],
    ["groSSe", ["street"]],
    ["θαλασσας", ["sea"]],
    ["λασσ", ["sea"]],
    ["👍", ["thumb"]],
    ["👍 👍", ["thumb"]],
    ["ая", ["short"]],
    ["яа", []],
    ["%", ["percent"]],
    ["_", ["percent"]],
    ["\\ 'it'", ["percent"]],
    ["0%", ["percent"]],
    ["x", ["letters"]],
    ["xyz abc", ["letters"]],
    // Its pairs of letters are all there, the word is not.
    ["abcdbc", []],
    ["c a b", ["broken", "letters"]],
    ["q w e r t y u i o p a s d f g h j k l z x c v b n m", ["letters"]],
    ["q w e r t y u i o p a s d f g h j k l z x c v b n m 7", []],
  ])("for %j finds %j", async (q, expected) => {
    expect(await found(q)).toEqual(expected);
  });

  test("for nothing but blanks is no filter", async () => {
    expect(await found("  \t ")).toEqual(Object.keys(texts).sort());
  });
});

test("250 words of one letter are looked for as one word is", async () => {
  const text = Array.from({ length: 250 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join("");
  await insertState(db, [message({ id: "many", at: "2026-01-05T10:00:00Z", chat: "b1", text })]);
  expect(await found([...text].join(" "))).toEqual(["many"]);
  expect(await found([...text.slice(1), "я"].join(" "))).toEqual([]);
});

test("a text that is no UTF-8 can be stored, and what is valid of it is found", async () => {
  await db.command(
    `INSERT INTO messages (portal, at, message_key, name, version, message_id, chat_id, author_kind, text)
     SELECT 'portal-1', toDateTime64('2026-01-01 00:00:00', 3, 'UTC'), 'odd', 'b2', 1, 'odd', 'b2', 'customer', unhex('FFFE6F6464FF')`,
  );
  expect(await found("odd")).toEqual(["odd"]);
});
