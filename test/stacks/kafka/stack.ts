import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openEventLog } from "@portalstream/event-log";
import { allTopics } from "@portalstream/events";
import { Child, readyUrl, runToEnd } from "../child-process.ts";
import { freePorts } from "../free-ports.ts";
import { startFront } from "../front.ts";
import type { Stack } from "../stack.ts";

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const main = file("services/standalone/src/main.ts");
const serveTables = file("packages/clickhouse/scripts/serve.ts");
const adminKey = "test-admin-key-0123456789";
const secretKey = "test-secret-key-0123456789";

export const serviceNames = ["ingest", "sessions", "analytics", "query"] as const;
export type ServiceName = (typeof serviceNames)[number];

/** A process a service on Kafka, and the ClickHouse engine as a server. */
export type KafkaStack = Stack & {
  readonly services: Readonly<Record<ServiceName, Child>>;
  readonly tables: Child;
  /** The settings of its processes, for a command. */
  readonly env: Readonly<Record<string, string>>;
  /** One more process of a service, not started; it is ended with the stack. `settings`: beside or instead of the stack's. */
  more(name: ServiceName, settings: Readonly<Record<string, string>>): Child;
};
export type KafkaStackOptions = {
  brokers: string;
  replication?: number;
  partitions?: number;
  settings?: Readonly<Record<string, string>>;
};

export async function startKafkaStack(options: KafkaStackOptions): Promise<KafkaStack> {
  const { brokers, replication = 1, partitions = 3, settings = {} } = options;
  const dataDir = await mkdtemp(join(tmpdir(), "portalstream-"));
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const [tablesPort = 0] = await freePorts(1);
  const tablesPath = join(dataDir, "tables");
  await mkdir(tablesPath);
  const prefix = `${randomUUID()}.`;
  const env = {
    PORTALSTREAM_KAFKA_BROKERS: brokers,
    PORTALSTREAM_KAFKA_PREFIX: prefix,
    PORTALSTREAM_KAFKA_REPLICATION: String(replication),
    PORTALSTREAM_KAFKA_PARTITIONS: String(partitions),
    PORTALSTREAM_CLICKHOUSE_URL: `http://127.0.0.1:${tablesPort}/default`,
    PORTALSTREAM_ADMIN_KEY: adminKey,
    PORTALSTREAM_SECRET_KEY: secretKey,
    PORTALSTREAM_PORT: "0",
    ...settings,
  };
  const tables = new Child({
    args: [serveTables, "--path", tablesPath, "--port", String(tablesPort)],
    env: { UV_THREADPOOL_SIZE: "32" },
    ready: (line) => /"url":"([^"]+)"/.exec(line)?.[1],
    print,
  });
  const service = (name: ServiceName, more: Readonly<Record<string, string>> = {}) =>
    new Child({
      args: [main, name],
      env: { ...env, PORTALSTREAM_DATA_DIR: join(dataDir, name), ...more },
      ready: readyUrl,
      print,
    });
  const services = {
    ingest: service("ingest"),
    sessions: service("sessions"),
    analytics: service("analytics"),
    query: service("query"),
  };
  const front = await startFront(
    () => services.ingest.said,
    () => services.query.said,
  );
  const all = serviceNames.map((name) => services[name]);
  const others: Child[] = [];
  const start = async () => {
    if (!tables.running) await tables.start();
    await new Child({
      args: [main, "migrate"],
      env: { ...env, PORTALSTREAM_DATA_DIR: dataDir },
      ready: (line) => (line.endsWith("migrations applied") ? line : undefined),
      print,
    }).start();
    await Promise.all(all.map((one) => (one.running ? undefined : one.start())));
  };
  const end = (signal: NodeJS.Signals) => Promise.all(all.map((one) => one.end(signal)));
  const dispose = async () => {
    await end("SIGKILL");
    await Promise.all(others.map((one) => one.end("SIGKILL")));
    await tables.end("SIGKILL");
    await front.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  await start().catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return {
    url: front.url,
    adminKey,
    dataDir,
    services,
    tables,
    env: { ...env, PORTALSTREAM_DATA_DIR: dataDir },
    more: (name, more) => {
      const child = service(name, more);
      others.push(child);
      return child;
    },
    output: () => printed.join(""),
    command: (...args) => runToEnd([main, ...args], { ...env, PORTALSTREAM_DATA_DIR: dataDir }),
    tablesAt: { kind: "http", url: env.PORTALSTREAM_CLICKHOUSE_URL, cluster: null },
    kill: async () => void (await end("SIGKILL")),
    restart: start,
    stop: async () => {
      const codes = await end("SIGTERM");
      await tables.end("SIGTERM");
      await copyTopics(brokers, prefix, join(dataDir, "topics.copy"));
      return codes.find((code) => code !== 0) ?? 0;
    },
    dispose,
  };
}

/** What is in Kafka, beside the rest of the data, for whoever searches it. */
async function copyTopics(brokers: string, prefix: string, path: string): Promise<void> {
  const log = await openEventLog({
    kind: "kafka",
    brokers: brokers.split(","),
    partitions: 1,
    replication: 1,
    prefix,
    security: { tls: { kind: "off" }, sasl: { kind: "none" } },
    topics: [],
    compacted: [],
  });
  const values: Uint8Array[] = [];
  for (const topic of allTopics)
    for (const { partition, first, end } of await log.extents(topic))
      for await (const { key, value } of log.read(topic, partition, first, end))
        values.push(Buffer.from(key), value);
  await log.close();
  await writeFile(path, Buffer.concat(values));
}
