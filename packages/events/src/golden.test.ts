import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import avsc from "avsc";
import { describe, expect, test } from "vitest";
import { decodeRecord, encodeRecord } from "./codec.ts";
import type { AnyRecord } from "./log-event.ts";
import { schemaVersions, versionsOf } from "./schema-versions.ts";

type Golden = { id: number; fingerprint: string; record: AnyRecord };

describe.each(schemaVersions)("$subject version $version", ({ id, subject, version, schema }) => {
  const newest = versionsOf(subject, schemaVersions).at(-1)?.version === version;

  test("has golden bytes", () => {
    expect(existsSync(file("hex")) && existsSync(file("json"))).toBe(true);
  });

  test("has not changed since its golden bytes were kept: a changed schema is a new version", () => {
    const fingerprint = avsc.Type.forSchema(JSON.parse(schema)).fingerprint("sha256").toString("hex");
    expect({ id, fingerprint }).toEqual({ id: golden().id, fingerprint: golden().fingerprint });
  });

  test("its golden bytes decode for ever", () => {
    expect(decodeRecord(bytes())).toMatchObject(golden().record);
  });

  test.runIf(newest)("its golden record has the same bytes for ever", () => {
    expect(Buffer.from(encodeRecord(golden().record)).toString("hex")).toBe(bytes().toString("hex"));
  });

  function file(extension: string): string {
    const name = `${subject.replace(/-value$/, "")}.v${version}.${extension}`;
    return fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
  }

  function bytes(): Buffer {
    return Buffer.from(readFileSync(file("hex"), "utf8").replaceAll(/\s/g, ""), "hex");
  }

  function golden(): Golden {
    return JSON.parse(readFileSync(file("json"), "utf8"), (key, value) => {
      if (key === "source") return Buffer.from(value, "utf8");
      return key === "token" ? Buffer.from(value, "hex") : value;
    });
  }
});

const added = { connectorUserId: null };

test.each([
  ["messages", { messages: [{ ...added, files: [{ id: null }, { id: null }] }, added], drift: [] }],
  ["sessions", { sessions: [{ ...added, externalChatId: null }, added], drift: [] }],
  ["bots", { ...added, drift: [] }],
  ["portals", { drift: [] }],
])("version 1 of bitrix24.%s says nothing of what version 2 added", (topic, expected) => {
  const hex = readFileSync(new URL(`../golden/bitrix24.${topic}.v1.hex`, import.meta.url), "utf8");
  expect(decodeRecord(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"))).toMatchObject(expected);
});
