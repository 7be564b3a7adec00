import avsc from "avsc";
import { expect, test } from "vitest";
import { customerMessage, dialog } from "../../test/bodies.ts";
import { read } from "../../test/read.ts";
import { decodeRecord, encodeRecord } from "../codec.ts";
import { headerBytes, writeHeader } from "../framing.ts";
import { schemaVersions } from "../schema-versions.ts";
import { decodeAnew } from "./reinterpret.ts";

/** A record as the first version of its schema has it. */
function firstVersion(topic: string, record: object): Buffer {
  const version = schemaVersions.find((one) => one.subject === `${topic}-value` && one.version === 1);
  if (version === undefined) throw new Error(`no first version of ${topic}`);
  const body = avsc.Type.forSchema(JSON.parse(version.schema)).toBuffer(record);
  const bytes = Buffer.concat([Buffer.alloc(headerBytes), body]);
  writeHeader(bytes, version.id);
  return bytes;
}

test("a dialog whose external id was taken for Bitrix24's is corrected from its source", () => {
  const today = read(dialog.event, { ...dialog.identity, ...dialog.side });
  const misread = {
    sessionId: "640",
    parentSessionId: null,
    connector: "viber",
    line: "3",
    lineName: null,
    bitrixChatId: "8",
    customerUserId: "500",
    closeTerm: "15",
  };
  const stored = firstVersion("bitrix24.sessions", { ...today, sessions: [misread] });
  expect(decodeRecord(stored)).toMatchObject({ sessions: [{ ...misread, externalChatId: null }], drift: [] });
  expect(decodeAnew(stored)).toEqual(decodeRecord(encodeRecord(today)));
});

test("a customer's message that was rejected for its files' ids is a message", () => {
  const today = read(customerMessage.event, { ...customerMessage.identity, ...customerMessage.side });
  const { envelope, source } = today;
  const stored = { envelope, reason: "expected_map", detail: "files", position: null, source };
  const anew = decodeAnew(firstVersion("bitrix24.rejected", stored));
  expect(anew).toEqual(decodeRecord(encodeRecord(today)));
  expect(anew).toMatchObject({ kind: "message", messages: [{ files: [{ id: "88" }, { id: "89" }] }] });
});
