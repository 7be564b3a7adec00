import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { withFastProduce } from "./produce-request.ts";

const require = createRequire(import.meta.url);
type Encoding = { buffer: Buffer };
type Exchange = {
  request: { encode: () => Promise<Encoding> };
  response: { decode: (raw: Buffer) => Promise<object> };
};
const produce: { protocol: (asked: { version: number }) => (sent: object) => Exchange } =
  require("kafkajs/src/protocol/requests/produce");
const createRequest: (of: object) => Promise<Encoding> = require("kafkajs/src/protocol/request");
// The reference, taken before it is replaced.
const theirs = produce.protocol({ version: 7 });
withFastProduce();
const ours = produce.protocol({ version: 7 });

const now = 1_700_000_000_000;
const onTheWire = async ({ request }: Exchange) =>
  Buffer.from((await createRequest({ request, correlationId: 12, clientId: "portalstream" })).buffer);

async function both(sent: object): Promise<[mine: string, reference: string]> {
  const { now: clock } = Date;
  Date.now = () => now;
  try {
    return [(await onTheWire(ours(sent))).toString("hex"), (await onTheWire(theirs(sent))).toString("hex")];
  } finally {
    Date.now = clock;
  }
}

const message = fc.record({
  key: fc.string({ unit: "grapheme", maxLength: 100 }),
  value: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
});
const sending = fc.record({
  acks: fc.constantFrom(-1, 1),
  timeout: fc.nat(),
  compression: fc.constant(0),
  producerId: fc.constantFrom(-1, "0", "9007199254740993"),
  producerEpoch: fc.nat(2 ** 15 - 1),
  topicData: fc.array(
    fc.record({
      topic: fc.string({ minLength: 1, maxLength: 30 }),
      partitions: fc.array(
        fc.record({
          partition: fc.nat(1_000),
          firstSequence: fc.nat(),
          messages: fc.array(message, { minLength: 1, maxLength: 140 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
});

test("a request is, byte for byte, the one that kafkajs would have sent", async () => {
  await fc.assert(
    fc.asyncProperty(sending, async (sent) => {
      const [mine, reference] = await both(sent);
      expect(mine).toBe(reference);
    }),
  );
});

const one = (over: object, key: unknown = "k", size = 1) => ({
  acks: -1,
  timeout: 5,
  compression: 0,
  producerId: "7",
  producerEpoch: 1,
  topicData: [
    {
      topic: "t",
      partitions: [{ partition: 0, firstSequence: 3, messages: [{ key, value: Buffer.alloc(size, 7) }] }],
    },
  ],
  ...over,
});

test.each([
  ["a transaction", one({ transactionalId: "x" })],
  ["compression", one({ compression: 1 })],
  ["a key of bytes", one({}, Buffer.from([255]))],
  ["a record larger than the buffers that are kept", one({}, "k", 3 * 2 ** 20)],
])("a request with %s, too", async (_, sent) => {
  const [mine, reference] = await both(sent);
  expect(mine === reference).toBe(true);
});

test("a buffer is not used again before its request is answered", async () => {
  const answered = Buffer.alloc(8);
  const first = ours(one({}));
  const bytes = (await first.request.encode()).buffer;
  const before = Buffer.from(bytes);
  const second = (await ours(one({}, "other")).request.encode()).buffer;
  expect(bytes).toEqual(before);
  await first.response.decode(answered);
  const third = (await ours(one({}, "third")).request.encode()).buffer;
  expect(third.buffer).toBe(bytes.buffer);
  expect(third.buffer).not.toBe(second.buffer);
});
