import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { analyticsProjection } from "@portalstream/analytics";
import { type ClickHouse, migrate, openClickHouse } from "@portalstream/clickhouse";
import { type Consumer, type EventLog, openEventLog } from "@portalstream/event-log";
import type { LogEvent } from "@portalstream/events";
import { sessionsProjection } from "@portalstream/sessions";
import { type MaintenanceWorld, type Projection, type ProjectionWorld, runProjection } from "../src/index.ts";
import { allTablesOf } from "../src/projection.ts";
import { appendAll } from "./events.ts";

export const bothProjections: readonly Projection[] = [sessionsProjection, analyticsProjection];
const migrations = fileURLToPath(new URL("../../../schemas/clickhouse/", import.meta.url));

/** A real log and a real engine in one folder; projections run when they are told to. */
export class Installation {
  readonly folder: string;
  readonly log: EventLog;
  readonly db: ClickHouse;
  #consumers: Consumer[] = [];

  private constructor(folder: string, log: EventLog, db: ClickHouse) {
    this.folder = folder;
    this.log = log;
    this.db = db;
  }

  static async open(folder?: string): Promise<Installation> {
    const path = folder ?? (await mkdtemp(join(tmpdir(), "portalstream-maintenance-")));
    const log = await openEventLog({
      kind: "embedded",
      path: join(path, "log"),
      partitions: 2,
      role: "writer",
    });
    const db = await openClickHouse({ kind: "chdb", path: join(path, "tables") });
    await migrate(db, migrations);
    return new Installation(path, log, db);
  }

  world(projections: readonly Projection[] = bothProjections): MaintenanceWorld {
    const { log, db } = this;
    // Only the dead are waited for here: where one that lives must be seen to, the lease has to be longer.
    return { log, db, projections, onProgress: () => {}, leaseMs: 400 };
  }

  append(events: readonly LogEvent[]): Promise<void> {
    return appendAll(this.log, events);
  }

  async start(
    projections: readonly Projection[] = bothProjections,
    more: Partial<ProjectionWorld> = {},
  ): Promise<void> {
    const { log, db } = this;
    const world: ProjectionWorld = { log, db, writers: "one", observe: () => {}, ...more };
    for (const projection of projections) this.#consumers.push(await runProjection(projection, world));
  }

  async stop(): Promise<void> {
    for (const consumer of this.#consumers.splice(0)) await consumer.stop();
  }

  /** Projects all that the log holds. */
  async project(projections: readonly Projection[] = bothProjections): Promise<void> {
    await this.start(projections);
    await this.settled(projections);
    await this.stop();
  }

  async settled(projections: readonly Projection[] = bothProjections): Promise<void> {
    for (const { name, topics } of projections)
      for (const topic of topics)
        for (const { partition, end } of await this.log.extents(topic))
          while ((await this.#next(name, topic, partition)) < end) await sleep(10);
  }

  async #next(group: string, topic: string, partition: number): Promise<number> {
    const progress = await this.log.progress(group, topic);
    return progress.find((one) => one.partition === partition)?.next ?? 0;
  }

  /** All rows of a table, or of all tables of both projections, as the engine would merge them; of state, whatever its version. */
  async contents(tables: readonly string[] = bothProjections.flatMap(allTablesOf)): Promise<string> {
    const parts: string[] = [];
    for (const table of tables) {
      const isState = bothProjections.some(({ state }) => state.tables.includes(table));
      const columns = isState ? "* EXCEPT (version)" : "*";
      const rows = await this.db.query(`SELECT ${columns} FROM ${table} FINAL ORDER BY ALL`);
      parts.push(`${table}\n${rows.map((row) => JSON.stringify(row)).join("\n")}`);
    }
    return parts.join("\n");
  }

  /** Tables and views that are not of the schema. */
  async leftovers(): Promise<string[]> {
    const found = await this.db.query<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND position(name, '__') > 0 ORDER BY name",
    );
    return found.map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.db.close();
    await this.log.close();
  }

  async dispose(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
