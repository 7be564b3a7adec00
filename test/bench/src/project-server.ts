import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { migrate, openClickHouse } from "@portalstream/clickhouse";
import { type EventLog, openEventLog } from "@portalstream/event-log";
import { eventTopics } from "@portalstream/events";
import { createLogger, createMetrics, widenThreadPool } from "@portalstream/runtime";
import { ProjectionMetrics } from "../../../services/standalone/src/process/projection-metrics.ts";
import { startProjector } from "../../../services/standalone/src/projector/projector-host.ts";
import { memoryFigures, ownMemory } from "./memory.ts";

widenThreadPool();
// Projects a filled log to the end and prints what that took: node project-server.ts DATA_DIR
const dataDir = process.argv[2] ?? "";
const logPath = join(dataDir, "log");
const log = await openEventLog({ kind: "embedded", path: logPath, partitions: 1, role: "writer" });
const tables = { kind: "chdb", path: join(dataDir, "tables") } as const;
const db = await openClickHouse(tables);
await migrate(db, fileURLToPath(new URL("../../../schemas/clickhouse/", import.meta.url)));

const total = async () => {
  let records = 0;
  for (const topic of eventTopics)
    for (const { first, end } of await log.extents(topic)) records += end - first;
  return records;
};
const events = await total();
const metrics = new ProjectionMetrics(createMetrics(), createLogger("error"));
const started = performance.now();
const cpuBefore = process.cpuUsage();
const stops = await Promise.all(
  ["sessions", "analytics"].map((projection) =>
    startProjector({
      log,
      db,
      metrics,
      data: { projection, log: { kind: "embedded", path: logPath, partitions: 1, role: "reader" }, tables },
    }),
  ),
);
const memory: number[] = [];
for (;;) {
  await sleep(250);
  memory.push(ownMemory());
  const done = await doneBy(log);
  if (memory.length % 8 === 0)
    process.stderr.write(`\rsessions and analytics: ${Math.floor((done / events) * 100)} %`);
  if (done >= events) break;
}
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
const rows = await db.query<{ messages: string }>("SELECT count() AS messages FROM message_facts");
await Promise.all(stops.map((stop) => stop()));
await db.close();
await log.close();
process.stdout.write(
  `${JSON.stringify({
    "events/s": Math.round(events / seconds),
    seconds: seconds.toFixed(1),
    "CPU, µs an event": ((user + system) / events).toFixed(1),
    "rows of message_facts": rows[0]?.messages,
    ...memoryFigures(memory),
  })}\n`,
);

/** How far the slower of the two consumer groups has come. The analytics group does not read every topic. */
async function doneBy(from: EventLog): Promise<number> {
  let sessions = 0;
  let behind = 0;
  for (const topic of eventTopics) {
    for (const { next } of await from.progress("sessions", topic)) sessions += next;
    const analytics = await from.progress("analytics", topic);
    for (const { partition, end } of await from.extents(topic)) {
      const own = analytics.find((one) => one.partition === partition);
      if (["bitrix24.messages", "bitrix24.sessions", "bitrix24.bots"].includes(topic))
        behind += end - (own?.next ?? 0);
    }
  }
  return Math.min(sessions, events - behind);
}
