import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allPages, openTestApi, portalRow, type TestApi } from "../../test/api.ts";

let api: TestApi;
const start = Date.parse("2026-01-05T10:00:00Z");

type Delivery = {
  id: string;
  at: number | null;
  receivedAt: number;
  offset: number;
  name?: string;
  reason?: string;
  source?: string;
};
/** A row of `events` as the sessions service writes it; at null: the body told no time. */
function row({
  id,
  at,
  receivedAt,
  offset,
  name = "ONSESSIONSTART",
  reason = "",
  source = "event=ONSESSIONSTART",
}: Delivery) {
  const occurred = at ?? receivedAt;
  const version = 2 ** 51 - offset + (reason === "" ? 2 ** 51 : 0);
  const topic = reason === "" ? "bitrix24.sessions" : "bitrix24.rejected";
  return [
    "one",
    at === null ? 0 : start + at * 1000,
    id.padEnd(64, "0"),
    version,
    name,
    start + occurred * 1000,
    start + receivedAt * 1000,
    "default",
    topic,
    0,
    offset,
    reason,
    source,
  ];
}
const events = "/v1/portals/one/events";
const idsOf = (items: unknown) =>
  Array.from(Object(items), (item) => String(Object(item).eventId).replace(/0+$/, ""));
const ids = async (query: string) => idsOf(Object((await api.get(`${events}?${query}`)).body).items);

beforeAll(async () => {
  api = await openTestApi();
  await api.insert("portals", [portalRow("one")]);
  await api.insert("events", [
    row({
      id: "a",
      at: 10,
      receivedAt: 11,
      offset: 1,
      source: "event=ONX&data%5BLIST%5D%5B0%5D%5Bid%5D=7&data%5BEMPTY%5D=&ts=1",
    }),
    row({ id: "b", at: 20, receivedAt: 21, offset: 2, name: "ONAPPINSTALL" }),
    row({ id: "c", at: 20, receivedAt: 21, offset: 3 }),
    row({ id: "d", at: 40, receivedAt: 41, offset: 9, reason: "invalid_utf8", source: "a=%FF" }),
    row({ id: "e", at: null, receivedAt: 30, offset: 4, name: "ONAPPTEST" }),
  ]);
  // Again, later, in other parts: redeliveries, and what was rejected understood by newer code.
  await api.insert("events", [
    row({ id: "a", at: 10, receivedAt: 500, offset: 20 }),
    row({ id: "e", at: null, receivedAt: 600, offset: 21, name: "ONAPPTEST" }),
    row({ id: "d", at: 40, receivedAt: 41, offset: 22 }),
  ]);
});
afterAll(() => api.close());

describe("events of a portal", () => {
  test("are each there once, newest first, in their first delivery", async () => {
    expect(await ids("")).toEqual(["d", "e", "c", "b", "a"]);
    const { body } = await api.get(`${events}?eventId=${"a".padEnd(64, "0")}`);
    expect(body).toEqual({
      items: [
        {
          eventId: "a".padEnd(64, "0"),
          name: "ONSESSIONSTART",
          occurredAt: "2026-01-05T10:00:10.000Z",
          receivedAt: "2026-01-05T10:00:11.000Z",
          application: "default",
          topic: "bitrix24.sessions",
          partition: 0,
          offset: 1,
          reason: null,
          body: { event: "ONX", data: { LIST: [{ id: "7" }], EMPTY: "" }, ts: "1" },
        },
      ],
      nextCursor: null,
    });
  });

  test("an event that tells no time happened when it was first received, however often it comes again", async () => {
    const { body } = await api.get(`${events}?name=onapptest`);
    expect(Object(body).items).toMatchObject([{ occurredAt: "2026-01-05T10:00:30.000Z", offset: 4 }]);
    expect(await ids("from=2026-01-05T10:05:00Z")).toEqual([]);
    expect((await api.get("/v1/portals/one")).body).toMatchObject({
      lastEventAt: "2026-01-05T10:00:40.000Z",
    });
  });

  test("an event rejected first and understood later is no longer shown as rejected", async () => {
    const { body } = await api.get(`${events}?eventId=${"d".padEnd(64, "0")}`);
    expect(Object(body).items).toMatchObject([{ reason: null, topic: "bitrix24.sessions" }]);
  });

  test("can be asked for by name and by time: from is in, to is not", async () => {
    expect(await ids("name=OnAppInstall")).toEqual(["b"]);
    expect(await ids("from=2026-01-05T10:00:20Z&to=2026-01-05T10:00:40Z")).toEqual(["e", "c", "b"]);
    expect(await ids("to=2026-01-05T12:00:20%2B02:00")).toEqual(["a"]);
    expect(await ids("from=2026-01-06")).toEqual([]);
  });

  test("pages of any size hold the same events in the same order, also while new ones arrive", async () => {
    for (const limit of [1, 2, 3]) {
      expect(idsOf(await allPages(api, `${events}?limit=${limit}`))).toEqual(["d", "e", "c", "b", "a"]);
    }
    const first = Object((await api.get(`${events}?limit=2`)).body);
    await api.insert("events", [row({ id: "f", at: 50, receivedAt: 51, offset: 30 })]);
    expect(await ids(`limit=2&cursor=${first.nextCursor}`)).toEqual(["c", "b"]);
  });
});
