import avsc from "avsc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valuesOf } from "../test/values.ts";
import { worked } from "../test/worked.ts";
import { decodeRecord, encodeRecord } from "./codec.ts";
import type { AnyRecord } from "./log-event.ts";
import { RecordError } from "./record-error.ts";
import type { Envelope, Message } from "./records.gen.ts";
import { type SchemaVersion, schemaVersions, versionsOf } from "./schema-versions.ts";
import { topicOf } from "./topics.ts";

const envelope: Envelope = {
  eventId: "e1",
  portal: "p1",
  application: "a1",
  name: "ONIMCONNECTORMESSAGEADD",
  occurredAt: 1789546001000,
  timed: true,
  receivedAt: 1789546001234,
  subscriptionId: null,
  domain: null,
};
const message: Message = {
  bitrixMessageId: "1",
  externalMessageIds: ["m1"],
  connector: "telegrambot",
  line: "5",
  externalChatId: "c1",
  connectorUserId: "8",
  bitrixChatId: null,
  direction: "inbound",
  authorKind: "customer",
  authorId: null,
  authorName: null,
  text: "hello",
  files: [],
};

const isNewest = ({ subject, version }: SchemaVersion) =>
  versionsOf(subject, schemaVersions).at(-1)?.version === version;

describe.each(schemaVersions.filter((one) => !isNewest(one)))("$subject version $version", (older) => {
  test("is read as any reader of the newest version reads it", () => {
    const writer = avsc.Type.forSchema(JSON.parse(older.schema));
    const newest = versionsOf(older.subject, schemaVersions).at(-1);
    const reader = avsc.Type.forSchema(JSON.parse(newest?.schema ?? ""));
    const resolver = reader.createResolver(writer);
    fc.assert(
      fc.property(valuesOf(JSON.parse(older.schema)), (value) => {
        const bytes = writer.toBuffer(value);
        const record = decodeRecord(framed(older.id, bytes));
        expect(record).toEqual(Object.assign({ kind: record.kind }, reader.fromBuffer(bytes, resolver)));
        expect(decodeRecord(encodeRecord(record))).toEqual(record);
      }),
    );
  });
});

describe.each(schemaVersions.filter(isNewest))("$subject version $version", ({ id, subject, schema }) => {
  // Plain avsc, apart from our own types and framing, stands for any other reader and writer of the topic.
  const other = avsc.Type.forSchema(JSON.parse(schema));
  const bodies = valuesOf(JSON.parse(schema)).map((value) => ({
    value,
    bytes: framed(id, other.toBuffer(value)),
  }));

  test("what another writer wrote decodes to the same values, and encodes to the same bytes", () => {
    fc.assert(
      fc.property(bodies, ({ value, bytes }) => {
        const record = decodeRecord(bytes);
        expect(`${topicOf(record)}-value`).toBe(subject);
        expect(record).toEqual(Object.assign({ kind: record.kind }, value));
        expect(Buffer.from(encodeRecord(record)).equals(bytes)).toBe(true);
      }),
    );
  });

  test("another reader reads what we wrote", () => {
    fc.assert(
      fc.property(bodies, ({ value, bytes }) => {
        const written = Buffer.from(encodeRecord(decodeRecord(bytes)));
        expect(written[0]).toBe(0);
        expect(written.readInt32BE(1)).toBe(id);
        expect(JSON.stringify(other.fromBuffer(written.subarray(5)))).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe.each(schemaVersions)("damage to $subject version $version", ({ id, schema }) => {
  const writer = avsc.Type.forSchema(JSON.parse(schema));
  const bodies = valuesOf(JSON.parse(schema)).map((value) => ({ bytes: framed(id, writer.toBuffer(value)) }));

  test("a truncated record and one with bytes after it are bad records", () => {
    fc.assert(
      fc.property(bodies, fc.nat(), ({ bytes }, cut) => {
        expect(codeOf(bytes.subarray(0, 5 + (cut % (bytes.length - 5))))).toBe("bad_record");
        expect(codeOf(Buffer.concat([bytes, Buffer.from([0])]))).toBe("bad_record");
      }),
    );
  });

  test("damaged bytes decode to something or are a bad record, at once", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(bodies, damage, ({ bytes }, changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, patch] of changes) damaged.set(patch.subarray(0, 1), 5 + (at % (damaged.length - 5)));
        let code: string | undefined;
        expect(
          worked(() => {
            code = codeOf(damaged);
          }),
        ).toBeLessThan(1_000);
        expect([undefined, "bad_record"]).toContain(code);
      }),
    );
  });
});

test("an array that claims more items than the record has bytes is a bad record", () => {
  const [head, tail] = [encodeRecord(apiKey([])).subarray(0, -1 - 1 - 6), Buffer.alloc(20)];
  const hugeCount = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f]);
  expect(codeOf(Buffer.concat([head, hugeCount, tail]))).toBe("bad_record");
});

test("bytes that are not ours are told apart", () => {
  expect(codeOf(Buffer.alloc(0))).toBe("not_avro");
  expect(codeOf(Buffer.from("{}"))).toBe("not_avro");
  expect(codeOf(Buffer.from([0, 0, 0, 0]))).toBe("not_avro");
  expect(codeOf(framed(999, Buffer.alloc(3)))).toBe("unknown_schema");
});

test("what was encoded does not change when the next record is; what was decoded views its record's bytes", () => {
  const first = encodeRecord(added("first"));
  const copy = Buffer.from(first);
  encodeRecord(added("second"));
  expect(Buffer.from(first).equals(copy)).toBe(true);
  const record = decodeRecord(first);
  expect(record).toEqual(added("first"));
  expect("source" in record && record.source.buffer === first.buffer).toBe(true);
});

test("a record of any size can be encoded, and small ones after it", () => {
  const large = added("x".repeat(3_000_000));
  expect(decodeRecord(encodeRecord(large))).toEqual(large);
  expect(decodeRecord(encodeRecord(added("small")))).toEqual(added("small"));
});

test("bytes may come as a plain Uint8Array, also as a view on a larger one", () => {
  const source = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4);
  const bytes = new Uint8Array(encodeRecord({ kind: "other", envelope, source }));
  expect(decodeRecord(bytes)).toEqual({ kind: "other", envelope, source: Buffer.from([1, 2, 3]) });
});

test("half of a surrogate pair becomes U+FFFD, so that the bytes are UTF-8 for every reader", () => {
  const bytes = encodeRecord(added("a\ud83db"));
  expect(decodeRecord(bytes)).toEqual(added("a\ufffdb"));
  expect(Buffer.from(bytes).includes(Buffer.from("a\ufffdb"))).toBe(true);
});

test("a value that does not fit is named by its field and never quoted", () => {
  const wrong = { ...envelope, occurredAt: Number.NaN, domain: "SECRET" };
  const encode = () => encodeRecord({ kind: "other", envelope: wrong, source: Buffer.from("SECRET") });
  expect(encode).toThrow(new RecordError("bad_record", "other: envelope.occurredAt does not fit the schema"));
});

function added(text: string): AnyRecord {
  const source = Buffer.from("event=ONIMCONNECTORMESSAGEADD");
  const messages = [{ ...message, text }];
  return {
    kind: "message",
    envelope,
    action: "add",
    origin: "connector",
    messages,
    bot: null,
    drift: [],
    source,
  };
}

function apiKey(portals: string[]): AnyRecord {
  return {
    kind: "apiKey",
    id: "k",
    name: "n",
    hash: "h",
    portals,
    createdAt: 1789546001000,
    revokedAt: null,
  };
}

function framed(id: number, body: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return Buffer.concat([header, body]);
}

function codeOf(bytes: Uint8Array): RecordError["code"] | undefined {
  try {
    decodeRecord(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof RecordError) return error.code;
    throw error;
  }
}
