import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
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
    const counted = async () => {
      const text = await api.metrics.metrics();
      const found = text.matchAll(/^portalstream_portals_by_last_event_age\{age="(\w+)"\} (\d+)$/gm);
      return Object.fromEntries([...found].map(([, age, count]) => [age, Number(count)]));
    };
    // A scrape does not wait for long: where the answer is late, a later one has it.
    while (Object.keys(await counted()).length === 0) await sleep(10);
    expect(await counted()).toEqual({ "1h": 1, "1d": 1, "7d": 1, older: 2 });
  } finally {
    await api.close();
  }
});

/** Takes what it is asked, and answers nothing. */
async function silentServer(): Promise<{ url: string; close: () => void }> {
  const server = createServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  return { url: `http://127.0.0.1:${address.port}/default`, close: () => server.close() };
}

test.each([
  ["is away", async () => ({ url: "http://127.0.0.1:1/default", close: () => {} })],
  ["hangs", silentServer],
])("while ClickHouse %s the other metrics are served, at once", async (_how, start) => {
  const { url, close } = await start();
  const db = await openClickHouse({ kind: "http", url, cluster: null });
  const metrics = createMetrics();
  watchLastEvents(db, metrics);
  // Timers of one process fire in their order, however long it stands still, where nobody else has one of the same duration.
  const scrape = metrics.metrics();
  expect(await Promise.race([scrape, sleep(1_009, "late")])).toContain("process_cpu_seconds_total");
  await db.close();
  close();
});
