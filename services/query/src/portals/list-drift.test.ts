import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, openTestDb, portal } from "../../test/facts.ts";
import { portalRoutes } from "./routes.ts";

const db = await openTestDb();
const row = (event: string, path: string, id: string, second: number, of = portal) => [
  of,
  event,
  path,
  id,
  Date.parse("2026-01-05T10:00:00Z") + second * 1000,
];
beforeAll(async () => {
  await db.insertJson("drift", [
    row("ONIMBOTMESSAGEADD", "message.files", "e1", 3),
    row("ONIMCONNECTORMESSAGEADD", "chat.name", "e2", 1),
    row("ONIMCONNECTORMESSAGEADD", "message.files", "e2", 1),
    row("ONIMCONNECTORMESSAGEADD", "message.files", "e3", 2),
    row("ONIMCONNECTORMESSAGEADD", "message.files", "e4", 9, "portal-2"),
  ]);
  await db.insertJson("drift", [row("ONIMCONNECTORMESSAGEADD", "message.files", "e3", 2)]);
});
afterAll(() => db.close());

const list = (query: Record<string, string> = {}) => ask(db, portalRoutes, "drift", query).then(Object);

const items = [
  { event: "ONIMBOTMESSAGEADD", path: "message.files", count: 1, lastAt: "2026-01-05T10:00:03.000Z" },
  { event: "ONIMCONNECTORMESSAGEADD", path: "chat.name", count: 1, lastAt: "2026-01-05T10:00:01.000Z" },
  { event: "ONIMCONNECTORMESSAGEADD", path: "message.files", count: 2, lastAt: "2026-01-05T10:00:02.000Z" },
];

test("each field of each event is told with the number of events, each counted once", async () => {
  expect(await list()).toEqual({ items, nextCursor: null });
});

test("pages hold them all in the same order", async () => {
  const first = await list({ limit: "2" });
  const second = await list({ limit: "2", cursor: first.nextCursor });
  expect([...first.items, ...second.items]).toEqual(items);
});
