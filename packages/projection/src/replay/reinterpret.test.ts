import {
  type AnyRecord,
  decodeAnew,
  decodeForm,
  decodeRecord,
  encodeRecord,
  interpret,
  type LogEvent,
  reinterpret,
} from "@portalstream/events";
import { describe, expect, test } from "vitest";
import type { PhpMap } from "../../../../test/simulator/src/index.ts";
import { customerSays, eventOf, simulatedEvents } from "../../test/events.ts";

const stored = (event: AnyRecord) => decodeRecord(encodeRecord(event));

/** Both ways of interpreting a record again. */
function again(event: AnyRecord): AnyRecord {
  const anew = decodeAnew(encodeRecord(event));
  expect(anew).toEqual(reinterpret(stored(event)));
  return anew;
}

describe("a record that was interpreted by this program", () => {
  test("stays as it is, whatever its family", () => {
    const events = simulatedEvents(7, 4, 12);
    expect(new Set(events.map(({ kind }) => kind))).toEqual(
      new Set(["message", "session", "bot", "portal", "other"]),
    );
    for (const event of events) expect(again(event)).toEqual(stored(event));
  });

  test.each([
    ["no form of its family", "event=ONOPENLINEMESSAGEADD&data[DATA][x]=1&ts=1790000000"],
    ["a broken encoding", customerSays("m1", "fine").replace("fine", "%zz")],
    ["bytes that are no UTF-8", customerSays("m1", "fine").replace("fine", "%ff%fe")],
    ["a time that is none", customerSays("m1", "fine", { ts: "tomorrow" })],
    ["no time", customerSays("m1", "fine", { ts: "" })],
    ["a broken field that was secret", `${customerSays("m1", "fine")}&auth[access_token]=abc%zzdef`],
    ["an unknown name", customerSays("m1", "fine", { event: "ONSOMETHINGNEW" })],
  ])("stays as it is with %s", (_name, body) => {
    const event = eventOf(body);
    expect(again(event)).toEqual(stored(event));
  });

  test("stays as it is when it holds no form", () => {
    const registration: AnyRecord = {
      kind: "registration",
      portal: "p",
      application: "a",
      domain: "d",
      status: "active",
      enrolledAt: 1,
      changedAt: 2,
      token: Buffer.from("sealed"),
      previous: null,
    };
    expect(again(registration)).toEqual(registration);
  });
});

test.each([
  ["no record", Buffer.from("no record")],
  ["a record that is cut short", encodeRecord(eventOf(customerSays("m1", "x"))).subarray(0, -1)],
  [
    "a record with more behind it",
    Buffer.concat([encodeRecord(eventOf(customerSays("m1", "x"))), Buffer.from("x")]),
  ],
])("%s is refused as it is when it is read for the first time", (_name, bytes) => {
  expect(() => decodeAnew(bytes)).toThrow(expect.objectContaining({ name: "RecordError" }));
  expect(() => decodeRecord(bytes)).toThrow(expect.objectContaining({ name: "RecordError" }));
});

describe("a record whose source has secrets, as an older program left them", () => {
  const secret = "feedfacefeedfacefeedface";
  const link = (put: string) => `https://x.bitrix24.com/rest/d.json?id=9&auth=${put}&x=1`;
  const says = (put: string, more: PhpMap = {}) => customerSays("m1", `see ${link(put)}`, more);
  /** What an older program made of it: nothing inside of values was looked at. */
  const old = (text: string): LogEvent => {
    const body = Buffer.from(text);
    const envelope = { ...eventOf(text).envelope, eventId: "0".repeat(64) };
    return interpret(envelope, decodeForm(body), body);
  };

  test.each([
    ["of a known family", says(secret), says("")],
    ["of an unknown name", says(secret, { event: "ONSOMETHINGNEW" }), says("", { event: "ONSOMETHINGNEW" })],
    ["that is rejected", `${says(secret)}&a=%zz`, `${says("")}&a=%zz`],
  ])("loses them, %s, and keeps its id", (_what, sent, clean) => {
    const before = old(sent);
    expect(Buffer.from(encodeRecord(before)).includes(secret)).toBe(true);
    const after = again(before);
    expect(after).toEqual(stored(old(clean)));
    expect(JSON.stringify(after)).not.toContain(secret);
    expect("source" in after && Buffer.from(after.source).includes(secret)).toBe(false);
  });

  test("loses them also where it stays rejected for a field that is not there any more", () => {
    const { envelope } = eventOf(says(""));
    const source = Buffer.from(says(secret));
    const reason = "invalid_percent_encoding";
    const rejected: LogEvent = {
      kind: "rejected",
      envelope,
      reason,
      detail: "auth[token]",
      position: null,
      source,
    };
    expect(again(rejected)).toEqual(stored({ ...rejected, source: Buffer.from(says("")) }));
  });
});

describe("a record that an older program understood otherwise", () => {
  const today = eventOf(customerSays("m1", "Is there a ferry?"));
  const { envelope, source } = today;

  test.each<[string, LogEvent]>([
    [
      "rejected",
      { kind: "rejected", envelope, reason: "missing_field", detail: "id", position: null, source },
    ],
    ["not interpreted", { kind: "other", envelope, source }],
    ["misread", today.kind === "message" ? { ...today, action: "delete", messages: [] } : today],
  ])("and %s becomes what it is, under the same envelope", (_name, event) => {
    expect(again(event)).toEqual(stored(today));
  });

  test("but that is a record which could not be projected stays where it is", () => {
    const position = { topic: "bitrix24.messages", partition: 0, offset: 3 };
    const event = stored({ kind: "rejected", envelope, reason: "bad_record", detail: "", position, source });
    expect(again(event)).toEqual(event);
  });

  test("but whose source holds nothing any more stays as it is", () => {
    const event = stored({ ...today, source: Buffer.alloc(0) });
    expect(again(event)).toEqual(event);
  });
});
