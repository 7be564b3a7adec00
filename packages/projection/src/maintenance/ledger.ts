import type { ClickHouse } from "@portalstream/clickhouse";

export type RunState =
  | "verifying"
  | "building"
  | "exchanging"
  | "done"
  | "rolling back"
  | "rolled back"
  | "ended";

/** The offset that comes next, for a partition of a topic. */
export type LogPlace = { topic: string; partition: number; next: number };

/** One run of verify, rebuild or rollback on one projection: a row of the table `maintenance`. */
export type Run = {
  projection: string;
  run: string;
  version: number;
  state: RunState;
  startedAt: number;
  changedAt: number;
  /** What lies before is in the rebuilt tables as interpreted again; what comes after, as it was received. */
  rebuilt: LogPlace[];
  /** What lies before is in the tables that the rebuilt ones took the place of. */
  exchanged: LogPlace[];
};

type Row = {
  projection: string;
  run: string;
  version: string;
  state: RunState;
  started: string;
  changed: string;
  rebuilt: string;
  exchanged: string;
};

/** All runs of a projection, the newest first. */
export async function readRuns(db: Pick<ClickHouse, "query">, projection: string): Promise<Run[]> {
  const rows = await db.query<Row>(
    `SELECT projection_name AS projection, run, version, state, toUnixTimestamp64Milli(started_at) AS started,
       toUnixTimestamp64Milli(changed_at) AS changed, rebuilt, exchanged
     FROM maintenance FINAL WHERE projection_name = {projection:String} ORDER BY started_at DESC, run DESC`,
    { projection },
  );
  return rows.map((row) => ({
    projection: row.projection,
    run: row.run,
    version: Number(row.version),
    state: row.state,
    startedAt: Number(row.started),
    changedAt: Number(row.changed),
    rebuilt: JSON.parse(row.rebuilt),
    exchanged: JSON.parse(row.exchanged),
  }));
}

/** Takes the place of the run's row. */
export async function writeRun(db: ClickHouse, run: Run): Promise<void> {
  const { projection, version, state, startedAt, changedAt, rebuilt, exchanged } = run;
  const places = [JSON.stringify(rebuilt), JSON.stringify(exchanged)];
  const row = [projection, run.run, version, state, startedAt, changedAt, ...places];
  await db.insertJson("maintenance", [row]);
}

/** The run whose rebuilt tables are the live ones; undefined: they were never rebuilt, or that was undone. */
export const lastRebuild = (runs: readonly Run[]): Run | undefined =>
  runs.find(({ state }) => state === "done");

/**
 * How far the tables that are live, or will be when an exchange is finished, were interpreted again by a rebuild. A group that begins
 * anew must interpret that again, too.
 */
export async function rebuiltPlaces(db: Pick<ClickHouse, "query">, projection: string): Promise<LogPlace[]> {
  const runs = await readRuns(db, projection);
  return runs.find(({ state }) => state === "done" || state === "exchanging")?.rebuilt ?? [];
}

/** Runs that were amid their exchange: some tables may be exchanged, some not. */
export const unfinished = (runs: readonly Run[]): Run[] =>
  runs.filter(({ state }) => state === "exchanging" || state === "rolling back");
