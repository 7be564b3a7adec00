import { expect, test } from "vitest";
import { customerMessage, dialog } from "../../test/bodies.ts";
import { firstVersion } from "../../test/first-version.ts";
import { read } from "../../test/read.ts";
import { decodeRecord, encodeRecord } from "../codec.ts";
import { decodeAnew } from "./reinterpret.ts";

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
  const again = decodeAnew(firstVersion("bitrix24.rejected", stored));
  expect(again).toEqual(decodeRecord(encodeRecord(today)));
  expect(again).toMatchObject({ kind: "message", messages: [{ files: [{ id: "88" }, { id: "89" }] }] });
});
