import type { Position } from "@portalstream/event-log";
import { decodeRecord, encodeRecord, eventTopics, type Message, topics } from "@portalstream/events";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { applicationToken, bodyOf, memberId } from "../e2e/bodies.ts";
import { askUntil, enrol, post, type Stack } from "../stacks/stack.ts";
import { startStack } from "../stacks/start.ts";
import { appendPast, readPast } from "./log-of.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await enrol(stack, memberId, applicationToken);
});
afterAll(() => stack?.dispose());

const bytes = (...values: number[]) => Uint8Array.from(values);
const envelope = {
  eventId: Buffer.alloc(32, 7).toString("hex"),
  portal: memberId,
  application: "",
  name: "ONOPENLINEMESSAGEADD",
  occurredAt: 1_790_000_000_000,
  timed: true,
  receivedAt: 1_790_000_000_000,
  subscriptionId: null,
  domain: null,
};
const whole = encodeRecord({ kind: "other", envelope, source: Buffer.from("event=X") });

const message: Message = {
  bitrixMessageId: "1",
  externalMessageIds: [],
  connector: "poison",
  line: "1",
  externalChatId: "c1",
  connectorUserId: null,
  bitrixChatId: null,
  direction: "inbound",
  authorKind: "customer",
  authorId: null,
  authorName: null,
  text: "what cannot be",
  files: [],
};

const poisons: [string, Uint8Array][] = [
  ["text", Buffer.from("this is not Avro")],
  ["nothing", bytes()],
  ["a header cut short", bytes(0, 0, 0)],
  ["an unknown schema id", Buffer.concat([bytes(0, 0x7f, 0xff, 0xff, 0xff), Buffer.from("body")])],
  ["a known schema id with another body", Buffer.concat([whole.subarray(0, 5), Buffer.alloc(40, 0xff)])],
  ["a body cut short", whole.subarray(0, whole.length - 3)],
];

let number = 0;
/** A message that comes after what was appended is seen: its partition goes on. */
async function expectItGoesOn(): Promise<void> {
  const id = `after-${++number}`;
  const body = bodyOf("ONOPENLINEMESSAGEADD", {
    DATA: {
      connector: { connector_id: "poison", line_id: 1, chat_id: "chat", user_id: 5 },
      message: { id, text: "still here" },
    },
  });
  expect((await post(stack, body)).status).toBe(200);
  const seen = (page: unknown) => JSON.stringify(page).includes(`"${id}"`);
  const path = `/v1/portals/${memberId}/messages?limit=1000`;
  expect(seen(await askUntil(stack, path, seen))).toBe(true);
}

async function rejectedPositions(): Promise<string[]> {
  return (await readPast(stack, topics.rejected)).flatMap((value) => {
    try {
      const record = decodeRecord(value);
      if (record.kind !== "rejected" || record.position === null) return [];
      return [nameOf(record.position)];
    } catch {
      return [];
    }
  });
}

const nameOf = ({ topic, partition, offset }: Position): string => `${topic}/${partition}/${offset}`;

/** Rows come before rejections: only then nothing of the batch is left to be done. */
async function expectRejected(positions: readonly Position[]): Promise<void> {
  expect(positions.length).toBeGreaterThan(0);
  await vi.waitFor(
    async () => expect(await rejectedPositions()).toEqual(expect.arrayContaining(positions.map(nameOf))),
    { timeout: 60_000, interval: 200 },
  );
}

describe("a poisoned record goes to rejected with its position, and its partition goes on:", () => {
  test.each(poisons)("%s", async (_what, value) => {
    const positions = await appendPast(stack, topics.messages, [{ key: memberId, value }]);
    await expectItGoesOn();
    await expectRejected(positions);
  });

  test("in every topic at once, the rejected one among them", async () => {
    for (const topic of eventTopics)
      await appendPast(
        stack,
        topic,
        poisons.map(([, value]) => ({ key: memberId, value })),
      );
    await expectItGoesOn();
    const reasonsIn = (body: unknown): Set<string> =>
      new Set(Object(body).items.flatMap((one: { reason: string | null }) => one.reason ?? []));
    const all = new Set(["not_avro", "unknown_schema", "bad_record"]);
    const path = `/v1/portals/${memberId}/events?limit=1000`;
    const body = await askUntil(stack, path, (page) =>
      [...all].every((reason) => reasonsIn(page).has(reason)),
    );
    expect(reasonsIn(body)).toEqual(all);
  });
});

describe("a record that says what cannot be", () => {
  test.each([
    ["a time beyond all calendars", { occurredAt: 8e15, receivedAt: 8e15 }],
    ["a time before all calendars", { occurredAt: -1e15, receivedAt: -1e15 }],
    ["no event id", { eventId: "" }],
    ["no portal", { portal: "" }],
  ])("does not stall its partition: %s", async (_what, wrong) => {
    const value = encodeRecord({
      kind: "message",
      envelope: { ...envelope, ...wrong },
      action: "add",
      origin: "openLine",
      messages: [message],
      bot: null,
      drift: [],
      source: Buffer.from("event=X"),
    });
    await appendPast(stack, topics.messages, [{ key: memberId, value }]);
    await expectItGoesOn();
  });

  test("as large as the log takes does not stall its partition", async () => {
    const value = Buffer.alloc(16 * 2 ** 20 - 2 ** 10 - memberId.length, 0x41);
    const positions = await appendPast(stack, topics.messages, [{ key: memberId, value }]);
    // The first message may be of the same batch, whose rows come before its rejections.
    await expectItGoesOn();
    await expectRejected(positions);
    await expectItGoesOn();
  });
});

test("many large ones together do not stall their partition", async () => {
  const value = Buffer.alloc(2 ** 20, 0x41);
  const entries = Array.from({ length: 8 }, () => ({ key: memberId, value }));
  const positions: Position[] = [];
  for (let piece = 0; piece < 3; piece += 1)
    positions.push(...(await appendPast(stack, topics.messages, entries)));
  await expectItGoesOn();
  await expectRejected(positions);
  await expectItGoesOn();
});

describe("a poisoned registry record", () => {
  test("keeps no portal from being enrolled, and ingest from no start", async () => {
    for (const topic of [topics.registry, topics.apiKeys])
      await appendPast(
        stack,
        topic,
        poisons.map(([, value], at) => ({ key: `poison-${at}`, value })),
      );
    await enrol(stack, "ffffffffffffffffffffffffffffffff", applicationToken);
    await stack.stop();
    await stack.restart();
    await expectItGoesOn();
  });
});
