import fc from "fast-check";
import { expect, test } from "vitest";
import { externalChatKey, externalMessageKey, messageKey } from "./keys.ts";

const nowhere = {
  bitrixMessageId: null,
  connector: null,
  line: null,
  externalChatId: null,
  connectorUserId: null,
  externalMessageIds: [],
};
const known = { ...nowhere, connector: "telegrambot", line: "5", externalChatId: "c1" };

test("keys never change: stored rows are named by them", () => {
  expect(externalChatKey("telegrambot", "5", "chat-1")).toBe("xML2RtUy3WoGZ9CH7ARUqMx");
  expect(externalMessageKey("telegrambot", "5", "chat-1", "m-1")).toBe("xlX4AykAfZmDI77RAnO5nTN");
  expect(externalChatKey("telegrambot", "5", "chat-1", "610")).toBe("xVgOGp-SkUDaE3LMxx-nn22");
  expect(externalMessageKey("telegrambot", "5", "chat-1", "m-1", "610")).toBe("xz21R297_zN_ORLlpaToUuN");
});

test("a key is x and 22 characters that need no escaping in a URL", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (connector, line, chat) => {
      expect(externalChatKey(connector, line, chat)).toMatch(/^x[\w-]{22}$/);
    }),
  );
});

test("different names have different keys, however their parts are cut", () => {
  const part = fc.string({ unit: fc.constantFrom("1", ":", "|", "a"), maxLength: 4 });
  fc.assert(
    fc.property(fc.tuple(part, part, part, part), fc.tuple(part, part, part, part), (a, b) => {
      expect(externalChatKey(...a) === externalChatKey(...b)).toBe(
        a.every((text, index) => text === b[index]),
      );
    }),
  );
  expect(externalChatKey("a", "b", "c")).not.toBe(externalMessageKey("a", "b", "c", ""));
});

test("a key stays the same when the cache has been emptied", () => {
  const before = externalChatKey("telegrambot", "5", "chat-1");
  for (let chat = 0; chat <= 50_001; chat++) externalChatKey("filler", "5", `${chat}`);
  expect(externalChatKey("telegrambot", "5", "chat-1")).toBe(before);
});

test("a message is named by its Bitrix24 id where that is known", () => {
  expect(messageKey({ ...known, bitrixMessageId: "77", externalMessageIds: ["m1"] })).toBe("b77");
  expect(messageKey({ ...nowhere, bitrixMessageId: "77" })).toBe("b77");
});

test("else by the smallest of its external ids, in whatever order they come", () => {
  const expected = externalMessageKey("telegrambot", "5", "c1", "m1");
  expect(messageKey({ ...known, externalMessageIds: ["m1", "m2"] })).toBe(expected);
  expect(messageKey({ ...known, externalMessageIds: ["m2", "m1"] })).toBe(expected);
});

test("an unknown line counts as an empty one", () => {
  const expected = externalMessageKey("telegrambot", "", "c1", "m1");
  expect(messageKey({ ...known, line: null, externalMessageIds: ["m1"] })).toBe(expected);
});

test("else it has no name", () => {
  expect(messageKey(known)).toBeNull();
  for (const missing of ["connector", "externalChatId"] as const) {
    expect(messageKey({ ...known, externalMessageIds: ["m1"], [missing]: null })).toBeNull();
  }
});

test("a user that is not told adds nothing to a name; one that is told does, also 0 for all", () => {
  expect(externalChatKey("telegrambot", "5", "c1", "")).toBe(externalChatKey("telegrambot", "5", "c1"));
  const users = [undefined, "0", "610", "611"];
  expect(new Set(users.map((user) => externalChatKey("telegrambot", "5", "c1", user))).size).toBe(4);
  expect(new Set(users.map((user) => externalMessageKey("telegrambot", "5", "c1", "m1", user))).size).toBe(4);
});

test("the user that a message tells names it; the one that is known otherwise only where it tells none", () => {
  const message = { ...known, externalMessageIds: ["m1"] };
  expect(messageKey(message)).toBe(externalMessageKey("telegrambot", "5", "c1", "m1"));
  expect(messageKey(message, "610")).toBe(externalMessageKey("telegrambot", "5", "c1", "m1", "610"));
  const told = { ...message, connectorUserId: "611" };
  expect(messageKey(told)).toBe(externalMessageKey("telegrambot", "5", "c1", "m1", "611"));
  expect(messageKey(told, "610")).toBe(messageKey(told));
});
