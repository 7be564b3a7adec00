import { encodeRecord } from "@portalstream/events";
import { sessionsProjection } from "@portalstream/sessions";
import { expect, test, vi } from "vitest";
import { customerSays, eventOf } from "../test/events.ts";
import { RecordRows } from "./record-rows.ts";

vi.mock("@portalstream/events", async (original) => ({
  ...(await original<typeof import("@portalstream/events")>()),
  decodeAnew: () => {
    throw new TypeError("a defect of the interpreter");
  },
}));

const textOf = ({ rows }: RecordRows) =>
  [...rows.tables()].map(([table, bytes]) => `${table} ${Buffer.concat(bytes)}`).join("");

test("a record that the interpreter fails on is projected as it was received", () => {
  const value = encodeRecord(eventOf(customerSays("m1", "Is there a ferry?")));
  const record = { partition: 0, offset: 7, key: "p", timestamp: 1, value };
  const [received, anew] = [new RecordRows([sessionsProjection]), new RecordRows([sessionsProjection])];
  received.add(record, "bitrix24.messages", false);
  anew.add(record, "bitrix24.messages", true);
  expect([anew.asReceived, anew.unprojectable, anew.spoilt]).toEqual([
    [{ projection: "sessions", offset: 7 }],
    [],
    false,
  ]);
  expect(textOf(anew)).toBe(textOf(received));
});
