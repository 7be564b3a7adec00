import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouse } from "@portalstream/clickhouse";
import { type Run, type RunState, readRuns, writeRun } from "./ledger.ts";
import { MaintenanceError } from "./maintenance-error.ts";
import { exists } from "./tables.ts";

const atWork: readonly RunState[] = ["verifying", "building", "exchanging", "rolling back"];

/** A run that was silent for so long is dead. */
export const defaultLeaseMs = 10_000;
const beatsPerLease = 4;

/**
 * The right to work on a projection's tables, one run at a time. A run shows that it lives by raising its row's version; whoever finds
 * another's row watches it for the length of a lease, by its own clock, before it takes over.
 */
export class Claim {
  readonly #db: ClickHouse;
  readonly #beat: NodeJS.Timeout;
  #row: Run;
  #writing: Promise<void> = Promise.resolve();

  private constructor(db: ClickHouse, row: Run, leaseMs: number) {
    this.#db = db;
    this.#row = row;
    // A beat that fails is made up for by the next one, or somebody takes over and `confirm` tells.
    this.#beat = setInterval(() => void this.change({}).catch(() => {}), leaseMs / beatsPerLease).unref();
  }

  /** Throws MaintenanceError where another run lives. */
  static async take(
    db: ClickHouse,
    projection: string,
    state: "verifying" | "building",
    leaseMs: number,
  ): Promise<Claim> {
    const before = (await readRuns(db, projection)).filter(isAtWork);
    await refuseLiving(db, projection, before, leaseMs);
    const now = Date.now();
    const run = `${now.toString(36)}${randomBytes(3).toString("hex")}`;
    const times = { startedAt: now, changedAt: now };
    const row: Run = { projection, run, version: 1, state, ...times, rebuilt: [], exchanged: [] };
    await writeRun(db, row);
    const claim = new Claim(db, row, leaseMs);
    const known = new Set([run, ...before.map((one) => one.run)]);
    const others = (await readRuns(db, projection)).filter((one) => isAtWork(one) && !known.has(one.run));
    if (others.some((one) => one.run < run)) {
      await claim.end();
      throw running(projection);
    }
    // What is amid its exchange is finished by whoever holds the claim; the others are over.
    for (const dead of before)
      if (dead.state === "verifying" || dead.state === "building")
        await writeRun(db, { ...dead, version: dead.version + 1, state: "ended", changedAt: Date.now() });
    return claim;
  }

  get run(): string {
    return this.#row.run;
  }

  get row(): Run {
    return this.#row;
  }

  change(what: Partial<Pick<Run, "state" | "rebuilt" | "exchanged">>): Promise<void> {
    this.#writing = this.#writing
      .catch(() => {})
      .then(() => {
        const { version } = this.#row;
        this.#row = { ...this.#row, ...what, version: version + 1, changedAt: Date.now() };
        return writeRun(this.#db, this.#row);
      });
    return this.#writing;
  }

  /** Throws where another run took over meanwhile. To be called before anything that the live tables would feel. */
  async confirm(): Promise<void> {
    const { projection, run, state } = this.#row;
    const runs = await readRuns(this.#db, projection);
    const own = runs.find((one) => one.run === run);
    if (own?.state === state && !runs.some((one) => isAtWork(one) && one.run > run)) return;
    throw new MaintenanceError("maintenance_taken_over", `another run took over the tables of ${projection}`);
  }

  /** Lets go. A run that has not changed its state to one that lasts is over. */
  async end(): Promise<void> {
    clearInterval(this.#beat);
    const { state } = this.#row;
    if (state === "verifying" || state === "building") await this.change({ state: "ended" });
    await this.#writing;
  }
}

/** Throws MaintenanceError where a run on one of the projections lives: their tables must not be changed under it. */
export async function refuseDuringMaintenance(
  db: ClickHouse,
  projections: readonly { name: string }[],
  leaseMs = defaultLeaseMs,
): Promise<void> {
  if (!(await exists(db, "maintenance"))) return;
  await Promise.all(
    projections.map(async ({ name }) =>
      refuseLiving(db, name, (await readRuns(db, name)).filter(isAtWork), leaseMs),
    ),
  );
}

const isAtWork = ({ state }: Run) => atWork.includes(state);

const running = (projection: string) =>
  new MaintenanceError(
    "maintenance_running",
    `verify, rebuild or rollback of ${projection} is running elsewhere`,
  );

async function refuseLiving(
  db: ClickHouse,
  projection: string,
  before: readonly Run[],
  leaseMs: number,
): Promise<void> {
  if (before.length === 0) return;
  const versions = new Map(before.map(({ run, version }) => [run, version]));
  const deadline = performance.now() + leaseMs;
  while (performance.now() < deadline) {
    await sleep(leaseMs / beatsPerLease);
    for (const { run, version, state } of await readRuns(db, projection))
      if (versions.has(run) && versions.get(run) !== version && atWork.includes(state))
        throw running(projection);
  }
}
