import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type EventLog, openEventLog } from "@portalstream/event-log";
import { eventTopics, topics } from "@portalstream/events";
import { Child, readyUrl } from "../../stacks/child-process.ts";
import { freePorts } from "../../stacks/free-ports.ts";
import { findKafka } from "../../stacks/kafka/available.ts";
import { startChild } from "./child.ts";
import { cpuSeconds } from "./cpu.ts";
import { fill } from "./fill.ts";
import { benchPortals, evenSizes } from "./history/portals.ts";
import { behind } from "./progress.ts";
import { report } from "./report.ts";

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const main = file("services/standalone/src/main.ts");

/** From Kafka to all tables by the processes of the services, beside ClickHouse's own Kafka engine with one table. */
export async function benchProjectOnKafka(events: number, processes: number): Promise<void> {
  const kafka = await findKafka();
  if (kafka.kind === "none") throw new Error(kafka.said);
  const log = await openEventLog({
    kind: "kafka",
    brokers: kafka.addresses.split(","),
    partitions: 12,
    replication: 1,
    prefix: "",
    security: { tls: { kind: "off" }, sasl: { kind: "none" } },
    topics: eventTopics,
    compacted: [],
  });
  const folder = await mkdtemp(join(tmpdir(), "portalstream-bench-"));
  try {
    await fill(log, benchPortals(evenSizes(events)), events);
    process.stderr.write("\nprojecting\n");
    const ours = await project(kafka.addresses, log, folder, processes);
    process.stderr.write("ClickHouse's Kafka engine\n");
    const engine = await startChild("./kafka-engine.ts", [kafka.addresses, String(ours.rows)]);
    const reference: Record<string, number> = Object(engine.hello);
    const perSecond = ours.rowsPerSecond;
    report("project-kafka", {
      events,
      "processes a projection": processes,
      "events/s into all tables": Math.round(events / ours.seconds),
      "messages/s into all tables": Math.round(perSecond),
      "rows/s of ClickHouse's Kafka engine": Math.round(reference.perSecond ?? 0),
      ratio: (perSecond / (reference.perSecond ?? 1)).toFixed(2),
      "CPU, µs a row": ((ours.cpu * 1e6) / ours.rows).toFixed(1),
      "of which the tables": ((ours.cpuOfTables * 1e6) / ours.rows).toFixed(1),
      "CPU of the engine, µs a row": Number(reference.cpuMicros ?? 0).toFixed(1),
    });
  } finally {
    await log.close();
    await kafka.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function project(brokers: string, log: EventLog, folder: string, processes: number) {
  const [port = 0] = await freePorts(1);
  const path = join(folder, "tables");
  await mkdir(path);
  const env = {
    PORTALSTREAM_KAFKA_BROKERS: brokers,
    PORTALSTREAM_KAFKA_REPLICATION: "1",
    PORTALSTREAM_CLICKHOUSE_URL: `http://127.0.0.1:${port}/default`,
    PORTALSTREAM_ADMIN_KEY: "bench-admin-key-0123456789",
    PORTALSTREAM_SECRET_KEY: "bench-secret-key-0123456789",
    PORTALSTREAM_DATA_DIR: folder,
    PORTALSTREAM_PORT: "0",
    ...(process.env.BENCH_NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS }),
  };
  const print = (text: string) => void (text.includes('"level":30') || process.stderr.write(text));
  const run = (args: string[], ready: (line: string) => string | undefined) =>
    new Child({ args, env: { ...env, UV_THREADPOOL_SIZE: "32" }, ready, print });
  const tables = run(
    [file("packages/clickhouse/scripts/serve.ts"), "--path", path, "--port", String(port)],
    (line) => /"url":"([^"]+)"/.exec(line)?.[1],
  );
  await tables.start();
  await run([main, "migrate"], (line) => (line.endsWith("applied") ? line : undefined)).start();
  const services = ["sessions", "analytics"].flatMap((name) =>
    Array.from({ length: processes }, () => run([main, name], readyUrl)),
  );
  const used = () => {
    const ofTables = cpuSeconds(tables.pid);
    return { ofTables, all: services.reduce((sum, one) => sum + cpuSeconds(one.pid), ofTables) };
  };
  const started = performance.now();
  await Promise.all(services.map((one) => one.start()));
  // The processes' start is not what is measured; joining their group and the first batch are.
  const [before, ready] = [used(), performance.now()];
  while ((await behind(log)) > 0) await sleep(50);
  const ended = performance.now();
  const after = used();
  await Promise.all(services.map((one) => one.end("SIGTERM")));
  await tables.end("SIGTERM");
  // The reference reads one topic, in which every record is one message.
  const rows = (await log.extents(topics.messages)).reduce((sum, { end }) => sum + end, 0);
  return {
    rows,
    seconds: (ended - started) / 1000,
    rowsPerSecond: (rows * 1000) / (ended - ready),
    cpu: after.all - before.all,
    cpuOfTables: after.ofTables - before.ofTables,
  };
}
