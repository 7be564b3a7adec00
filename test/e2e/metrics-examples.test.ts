import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiKeys } from "../law/naming.ts";
import {
  type Example,
  examplesOf,
  expectedAnalytics,
  expectedChat,
  expectedItems,
  isAnalytics,
  isChat,
  questionOf,
} from "../oracle/src/index.ts";
import { ask, enrol, post, type Stack } from "../stacks/stack.ts";
import { startStack } from "../stacks/start.ts";
import { bodyOf, portalOf } from "./noted-bodies.ts";

// Every example of docs/metrics.md, from webhooks to the query's answer. Slow: it runs the whole product.

type Item = Record<string, unknown>;
const examples = examplesOf();
const settlingMs = 60_000;
let stack: Stack;
let deadline = 0;

beforeAll(async () => {
  stack = await startStack();
  const sent: [Example, Set<unknown>][] = [];
  for (const example of examples) sent.push([example, await send(example)]);
  deadline = performance.now() + settlingMs;
  for (const [{ name }, eventIds] of sent)
    await untilSettled(async () => {
      const events = await itemsOf(`/v1/portals/${portalOf(name).memberId}/events?limit=1000`);
      expect(new Set(events.map(({ eventId }) => eventId))).toEqual(eventIds);
    });
});
afterAll(() => stack.dispose());

/** All examples share one deadline: those whose answer is wrong for good are waited for together. */
async function untilSettled(check: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(50);
  }
}

async function send(example: Example): Promise<Set<unknown>> {
  const portal = portalOf(example.name);
  await enrol(stack, portal.memberId, portal.applicationToken);
  const answers = example.events.map(async (event) => {
    const response = await post(stack, bodyOf(event, portal));
    expect(response.status).toBe(200);
    return Object(await response.json()).eventId;
  });
  return new Set(await Promise.all(answers));
}

async function answerOf(path: string): Promise<Item> {
  const { status, body } = await ask(stack, path);
  expect(status).toBe(200);
  return Object(body);
}
const itemsOf = async (path: string): Promise<Item[]> => Object(await answerOf(path)).items;

/** `x:connector/line/chat/…` as the product hashes it. */
function hashed(name: string, field: string): string {
  const [connector = "", line = "", chat = "", ...rest] = name.slice(2).split("/").map(decodeURIComponent);
  if (field === "chatId") return apiKeys.chat(connector, line, chat, rest[0] ?? "");
  return apiKeys.message(connector, line, chat, rest.length > 1 ? (rest[0] ?? "") : "", rest.at(-1) ?? "");
}
const withHashes = (item: Item): Item =>
  Object.fromEntries(
    Object.entries(item).map(([field, value]) => {
      const named = typeof value === "string" && value.startsWith("x:");
      return [field, named ? hashed(value, field) : value];
    }),
  );

/** Chats and messages by their ids, sessions by the time at which they opened. */
const ranks = { chats: "chatId", messages: "messageId", sessions: "openedAt" } as const;
function inOrder(items: readonly Item[], list: keyof typeof ranks): Item[] {
  const rankOf = (item: Item) => String(item[ranks[list]]);
  return [...items].sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
}

async function compare(example: Example): Promise<void> {
  const root = `/v1/portals/${portalOf(example.name).memberId}`;
  if (isAnalytics(example)) {
    const query = new URLSearchParams(Object.entries(questionOf(example)));
    expect(await answerOf(`${root}/${example.question.ask}?${query}`)).toEqual(expectedAnalytics(example));
  } else if (isChat(example)) {
    const chatId = hashed(example.question.chatId, "chatId");
    expect(await answerOf(`${root}/chats/${chatId}`)).toMatchObject(withHashes(expectedChat(example)));
  } else {
    const { ask: list } = example.question;
    const expected = expectedItems(example).map(withHashes);
    const items = await itemsOf(`${root}/${list}?limit=1000`);
    // Of sessions an example may leave out when they opened: those are in this order already.
    const wanted = list === "sessions" ? expected : inOrder(expected, list);
    expect(inOrder(items, list)).toMatchObject(wanted);
  }
}

describe("every example of docs/metrics.md is answered over HTTP", () => {
  test.each(examples.map((example) => [example.name, example] as const))("%s", (_, example) =>
    untilSettled(() => compare(example)),
  );
});
