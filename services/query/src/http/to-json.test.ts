import { expect, test } from "vitest";
import { toJson } from "./to-json.ts";

test.each([
  { items: [{ a: 1, b: undefined }, null, "x", [1]], nextCursor: null, left: undefined },
  { items: [], 'a"b': { c: [1, 2] } },
  [1, 2],
  "text",
  null,
])("is what JSON.stringify makes: %j", async (value) => {
  expect((await toJson(value)).toString()).toBe(JSON.stringify(value));
});

test("others get a turn while a long list is made", async () => {
  const items = Array.from({ length: 20_000 }, (_, at) => ({ at, text: "some text ".repeat(20) }));
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  }, 0);
  expect((await toJson({ items })).toString()).toBe(JSON.stringify({ items }));
  clearInterval(others);
  expect(turns).toBeGreaterThan(0);
});
