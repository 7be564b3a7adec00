import { describe, expect, test } from "vitest";
import { avroType } from "./avro-type.ts";
import { createCodec, encodeRecord } from "./codec.ts";
import { type SchemaVersion, schemaVersions, versionsOf } from "./schema-versions.ts";
import { allTopics, eventTopics, topicOfKind, topics } from "./topics.ts";

const subject = `${topics.apiKeys}-value`;

describe.each([...new Set(schemaVersions.map((version) => version.subject))])("%s", (name) => {
  test("the newest schema reads what every older one wrote", () => {
    const types = versionsOf(name, schemaVersions).map(({ schema }) => avroType(schema));
    for (const older of types) expect(() => types.at(-1)?.createResolver(older)).not.toThrow();
  });
});

test("every topic has a schema and every schema a topic", () => {
  const subjects = new Set(schemaVersions.map((version) => version.subject));
  expect(subjects).toEqual(new Set(Object.values(topics).map((topic) => `${topic}-value`)));
  expect(new Set(Object.values(topicOfKind))).toEqual(new Set(Object.values(topics)));
  expect(eventTopics).toEqual(Object.values(topics).filter((topic) => topic.startsWith("bitrix24.")));
  expect(allTopics).toEqual(Object.values(topics));
});

test("a record of an older version is read as the newest, and written as the newest", () => {
  const codec = createCodec([
    ...schemaVersions,
    nextApiKey({ name: "note", type: "string", default: "none" }),
  ]);
  const apiKey = {
    kind: "apiKey",
    id: "k",
    name: "n",
    hash: "h",
    portals: ["p"],
    createdAt: 1,
    revokedAt: null,
  } as const;
  const old = encodeRecord({ ...apiKey, portals: ["p"] });
  const read = codec.decodeRecord(old);
  expect(read).toEqual({ ...apiKey, note: "none" });
  const written = codec.encodeRecord(read);
  expect(Buffer.from(written).readInt32BE(1)).toBe(99);
  expect(codec.decodeRecord(written)).toEqual(read);
});

test("a version that cannot read an older one stops the start", () => {
  const versions = [...schemaVersions, nextApiKey({ name: "note", type: "string" })];
  expect(() => createCodec(versions)).toThrow(/no matching field for default-less portalstream.ApiKey.note/);
});

function nextApiKey(field: object): SchemaVersion {
  const schema = JSON.parse(versionsOf(subject, schemaVersions).at(-1)?.schema ?? "");
  return {
    id: 99,
    subject,
    version: 2,
    schema: JSON.stringify({ ...schema, fields: [...schema.fields, field] }),
  };
}
