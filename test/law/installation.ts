import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyticsProjection } from "@portalstream/analytics";
import { type Chunks, type ClickHouse, migrate, openClickHouse } from "@portalstream/clickhouse";
import { type Batch, type Consumer, type EventLog, type Handle, openEventLog } from "@portalstream/event-log";
import { encodeRecord, type LogEvent, topicOf, topics } from "@portalstream/events";
import { type Projection, runProjection, type Writers } from "@portalstream/projection";
import { Access, buildQuery } from "@portalstream/query";
import { createMetrics, problemHandler } from "@portalstream/runtime";
import { sessionsProjection } from "@portalstream/sessions";
import Fastify, { type FastifyInstance } from "fastify";
import { inject } from "vitest";
import { Child } from "../stacks/child-process.ts";
import { projectFromKafka } from "./project-from-kafka.ts";

const tables = fileURLToPath(new URL("../../schemas/clickhouse/", import.meta.url));
const adminKey = "law-admin-key-0123456789";

type Parts = {
  db: ClickHouse;
  /** Of enrolled portals alone. */
  log: EventLog;
  access: Access;
  app: FastifyInstance;
  folder: string;
  served: Child | null;
  brokers: string | null;
};

/** Records in the order, the batches and with the failures in which a projection is to meet them. */
export type Course = { batches: LogEvent[][]; failInsertAt: ReadonlySet<number> };

const projections = [sessionsProjection, analyticsProjection];

type WrittenTables = Pick<ClickHouse, "insert" | "lines">;
type Written = { batches: LogEvent[][]; writers: Writers; tables?: WrittenTables };

/** The projections, the tables and the query API, fed by hand instead of by a log. */
export class Installation {
  readonly #db: ClickHouse;
  readonly #log: EventLog;
  readonly #access: Access;
  readonly #app: FastifyInstance;
  readonly #folder: string;
  readonly #served: Child | null;
  /** Null: the log is fed by hand. */
  readonly #brokers: string | null;

  private constructor(parts: Parts) {
    this.#db = parts.db;
    this.#log = parts.log;
    this.#access = parts.access;
    this.#app = parts.app;
    this.#folder = parts.folder;
    this.#served = parts.served;
    this.#brokers = parts.brokers;
  }

  /** On the stack of this run: tables in this process and a log fed by hand, or tables behind a server and a log in Kafka. */
  static async open(): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), "portalstream-law-"));
    const onKafka = inject("stack") === "kafka";
    const served = onKafka ? await serveTables(folder) : null;
    const db = await openClickHouse(
      served === null ? { kind: "chdb", path: folder } : { kind: "http", url: served.said, cluster: null },
    );
    await migrate(db, tables);
    const app = Fastify({ ajv: { customOptions: { removeAdditional: false } } });
    app.setErrorHandler(problemHandler.onError);
    const path = join(folder, "log");
    const log = await openEventLog({ kind: "embedded", path, partitions: 1, role: "writer" });
    const access = new Access({ open: async () => log, maxAgeMs: 3_600_000 });
    const limits = { seconds: 600, memoryBytes: 2 ** 31 };
    await app.register(buildQuery({ db, access, limits, adminKey, metrics: createMetrics() }));
    const brokers = onKafka ? inject("kafka") : null;
    return new Installation({ db, log, access, app, folder, served, brokers });
  }

  async empty(): Promise<void> {
    const names = await this.#db.query<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'migrations'",
    );
    for (const { name } of names) await this.#db.command(`TRUNCATE TABLE ${name}`);
  }

  /** Runs both projections over the course. A failing insert fails its batch, which is handed over again from its start. */
  async live(course: Course): Promise<void> {
    for (const projection of projections) await this.#project(projection, course);
  }

  /** Whether only folding writes the table. */
  static isState(table: string): boolean {
    return projections.some(({ state }) => state.tables.includes(table));
  }

  get tables(): WrittenTables {
    return this.#db;
  }

  /** Runs both projections side by side, as one of several processes may. `tables`: instead of the engine's own. */
  async write({ batches, writers, tables = this.#db }: Written): Promise<void> {
    await Promise.all(
      projections.map((projection) =>
        runProjection(projection, {
          log: feed(batches, projection.topics),
          db: tables,
          writers,
          observe: () => {},
        }),
      ),
    );
  }

  async #project(projection: Projection, { batches, failInsertAt }: Course): Promise<void> {
    let inserts = 0;
    const insert = async (table: string, rows: Chunks) => {
      inserts += 1;
      if (failInsertAt.has(inserts)) throw new Error("the insert was lost, as in a crash");
      await this.#db.insert(table, rows);
    };
    const lines: ClickHouse["lines"] = (sql, params) => this.#db.lines(sql, params);
    const writers = this.#brokers === null ? ("one" as const) : ("several" as const);
    const world = { db: { insert, lines }, observe: () => {}, writers };
    if (this.#brokers !== null) return projectFromKafka(this.#brokers, projection, batches, world);
    await runProjection(projection, { log: feed(batches, projection.topics), ...world });
  }

  async ask(path: string): Promise<unknown> {
    const answer = await this.#app.inject({ url: path, headers: { authorization: `Bearer ${adminKey}` } });
    if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${answer.body}`);
    return answer.json();
  }

  /** Enrols a portal for the query API, which answers for enrolled portals alone. */
  async enrol(portal: string): Promise<void> {
    await this.#db.insertJson("portals", [[portal, "default", "law.example", "active", 1000, 1000, 1]]);
    const token = Buffer.alloc(0);
    const registration = {
      portal,
      application: "default",
      domain: "law.example",
      token,
      previous: null,
    } as const;
    const times = { status: "active", enrolledAt: 1000, changedAt: 1000 } as const;
    const value = encodeRecord({ kind: "registration", ...registration, ...times });
    await this.#log.append(topics.registry, [{ key: portal, value }]);
    await this.#access.refresh();
  }

  async close(): Promise<void> {
    await this.#app.close();
    await this.#db.close();
    await this.#log.close();
    await this.#served?.end("SIGTERM");
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function serveTables(folder: string): Promise<Child> {
  const script = fileURLToPath(new URL("../../packages/clickhouse/scripts/serve.ts", import.meta.url));
  const served = new Child({
    args: [script, "--path", folder],
    env: { UV_THREADPOOL_SIZE: "32" },
    ready: (line) => /"url":"([^"]+)"/.exec(line)?.[1],
    print: () => {},
  });
  await served.start();
  return served;
}

/** A log that hands each batch over until it is taken; positions follow the order of the course. */
function feed(batches: readonly LogEvent[][], topics: readonly string[]): EventLog {
  const refuse = async () => {
    throw new Error("not part of this log");
  };
  return {
    append: refuse,
    read: async function* () {},
    extents: async () => [],
    progress: async () => [],
    ready: async () => {},
    close: async () => {},
    consume: async (_what, handle): Promise<Consumer> => {
      let offset = 0;
      for (const events of batches) {
        const records = events.map((event) => ({
          topic: topicOf(event),
          record: {
            partition: 0,
            offset: offset++,
            key: event.envelope.portal,
            timestamp: 0,
            value: encodeRecord(event),
          },
        }));
        for (const topic of topics) {
          const own = records.filter((one) => one.topic === topic).map((one) => one.record);
          if (own.length > 0) await untilTaken({ topic, partition: 0, records: own }, handle);
        }
      }
      return { stop: async () => {} };
    },
  };
}

async function untilTaken(batch: Batch, handle: Handle): Promise<void> {
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    try {
      return await handle(batch, new AbortController().signal);
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}
