import { openClickHouse } from "@portalstream/clickhouse";
import { createMetrics } from "@portalstream/runtime";
import { expect, test } from "vitest";
import { openTestApi, portalRow } from "../../test/api.ts";
import { watchLastEvents } from "./last-events.ts";

const hour = 3_600_000;

function eventRow(portal: string, hoursAgo: number, version = 1): unknown[] {
  const at = Date.now() - Math.round(hoursAgo * hour);
  const id = `${portal}-${hoursAgo}`;
  return [portal, at, id, version, "ONTEST", at, at, "default", "bitrix24.other", 0, 1, "", "event=ONTEST"];
}

test("enrolled portals are counted by their last event, each once", async () => {
  const api = await openTestApi();
  try {
    const portals = ["minutes", "hours", "days", "weeks", "silent"];
    const rows = portals.map((portal) => portalRow(portal));
    await api.insert("portals", [...rows, portalRow("minutes", { application: "second" })]);
    await api.insert("events", [
      ...[eventRow("minutes", 0.1), eventRow("minutes", 50), eventRow("minutes", 400)],
      ...[eventRow("hours", 2), eventRow("hours", 2, 2), eventRow("days", 30), eventRow("weeks", 24 * 8)],
      eventRow("not-enrolled", 0.1),
    ]);
    const text = await api.metrics.metrics();
    const counted = [...text.matchAll(/^portalstream_portals_by_last_event_age\{age="(\w+)"\} (\d+)$/gm)];
    expect(Object.fromEntries(counted.map(([, age, count]) => [age, Number(count)]))).toEqual({
      "1h": 1,
      "1d": 1,
      "7d": 1,
      older: 2,
    });
  } finally {
    await api.close();
  }
});

test("while ClickHouse is away the other metrics are served, at once", async () => {
  const db = await openClickHouse({ kind: "http", url: "http://127.0.0.1:1/default", cluster: null });
  const metrics = createMetrics();
  watchLastEvents(db, metrics);
  const started = performance.now();
  expect(await metrics.metrics()).toContain("process_cpu_seconds_total");
  expect(performance.now() - started).toBeLessThan(1_500);
  await db.close();
});
