import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate, openClickHouse } from "@portalstream/clickhouse";
import type { Envelope } from "@portalstream/events";
import { Rows } from "@portalstream/projection";
import { afterAll, expect, test } from "vitest";
import { addDrift } from "./drift-rows.ts";

const schemas = fileURLToPath(new URL("../../../../schemas/clickhouse", import.meta.url));
const path = await mkdtemp(join(tmpdir(), "drift-test-"));
const db = await openClickHouse({ kind: "chdb", path });
afterAll(async () => {
  await db.close();
  await rm(path, { recursive: true, force: true });
});

const envelope = (eventId: string): Envelope => ({
  eventId,
  portal: "p",
  application: "default",
  name: "ONIMCONNECTORMESSAGEADD",
  occurredAt: 1_767_600_000_000,
  timed: true,
  receivedAt: 1_767_600_001_000,
  subscriptionId: "",
  domain: null,
});

test("an event has one row for each field that was left out, however often it is delivered", async () => {
  await migrate(db, schemas);
  for (const delivery of [1, 2]) {
    const rows = new Rows();
    addDrift(rows, envelope("e1"), ["message.files", "chat.name"]);
    addDrift(rows, envelope("e2"), delivery === 1 ? ["message.files", "message.files"] : []);
    addDrift(rows, envelope("e3"), []);
    for (const [table, chunks] of rows.tables()) await db.insert(table, chunks);
  }
  const found = await db.query(
    "SELECT event_name, path, event_id, at FROM drift FINAL ORDER BY event_id, path",
  );
  const row = { event_name: "ONIMCONNECTORMESSAGEADD", at: "2026-01-05 08:00:00.000" };
  expect(found).toEqual([
    { ...row, path: "chat.name", event_id: "e1" },
    { ...row, path: "message.files", event_id: "e1" },
    { ...row, path: "message.files", event_id: "e2" },
  ]);
});
