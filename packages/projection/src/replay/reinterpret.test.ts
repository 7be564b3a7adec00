import { type AnyRecord, decodeRecord, encodeRecord, type LogEvent, reinterpret } from "@portalstream/events";
import { describe, expect, test } from "vitest";
import { customerSays, eventOf, simulatedEvents } from "../../test/events.ts";

const stored = (event: AnyRecord) => decodeRecord(encodeRecord(event));

describe("a record that was interpreted by this program", () => {
  test("stays as it is, whatever its family", () => {
    const events = simulatedEvents(7, 4, 12);
    expect(new Set(events.map(({ kind }) => kind))).toEqual(
      new Set(["message", "session", "bot", "portal", "other"]),
    );
    for (const event of events) expect(reinterpret(stored(event))).toEqual(stored(event));
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
    expect(reinterpret(stored(event))).toEqual(stored(event));
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
    };
    expect(reinterpret(registration)).toBe(registration);
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
    expect(reinterpret(stored(event))).toEqual(stored(today));
  });

  test("but that is a record which could not be projected stays where it is", () => {
    const position = { topic: "bitrix24.messages", partition: 0, offset: 3 };
    const event = stored({ kind: "rejected", envelope, reason: "bad_record", detail: "", position, source });
    expect(reinterpret(event)).toBe(event);
  });

  test("but whose source holds nothing any more stays as it is", () => {
    const event = stored({ ...today, source: Buffer.alloc(0) });
    expect(reinterpret(event)).toBe(event);
  });
});
