import { describe, expect, test } from "vitest";
import { customer, operator } from "../test/facts.ts";
import { messageOf } from "./message.ts";

const chat = { chat: "c1", user: "71" };
const none = new Set<string>();
const key = "k";

describe("an edit or a deletion by somebody else", () => {
  test("turns no customer's message into the company's", () => {
    const added = customer(chat, "1", 1_000, { key, origin: "bot", authorId: "515" });
    const deleted = operator(chat, "1", 2_000, { key, origin: "bot", action: "delete" });
    for (const facts of [[added, deleted] as const, [deleted, added] as const])
      expect(messageOf(key, [...facts], none)).toMatchObject({
        direction: "inbound",
        author: { kind: "customer", id: "515" },
        deleted: true,
      });
  });

  test("turns no answer given outside Bitrix24 into the customer's message", () => {
    const added = operator(chat, "1", 1_000, { key, authorId: "" });
    const edited = customer(chat, "1", 2_000, { key, action: "edit", authorId: "71" });
    expect(messageOf(key, [added, edited], none)).toMatchObject({
      direction: "outbound",
      author: { kind: "operator", id: "" },
    });
  });
});

test("a report that does not know whether the system wrote leaves that to the one that does", () => {
  const system = operator(chat, "1", 1_000, { key, authorKind: "system" });
  const twin = operator(chat, "1", 2_000, { key, authorKind: "unknown" });
  expect(messageOf(key, [system, twin], none)).toMatchObject({ author: { kind: "system" } });
  expect(messageOf(key, [twin], none)).toMatchObject({ author: { kind: "operator", id: "11" } });
});
