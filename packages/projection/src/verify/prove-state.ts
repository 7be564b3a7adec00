import { decodeRecord } from "@portalstream/events";
import { waitForLive } from "../maintenance/catch-up.ts";
import type { TableComparison } from "../maintenance/compare-groups.ts";
import { foldWhole } from "../maintenance/fold-whole.ts";
import { livePartitions } from "../maintenance/places.ts";
import { bounded } from "../maintenance/row-sql.ts";
import type { MaintenanceWorld } from "../maintenance/world.ts";
import type { Projection } from "../projection.ts";
import { PendingFolds } from "../state/pending-folds.ts";
import type { FaultyGroup } from "./explain.ts";
import {
  compareState,
  createStateShadow,
  differingKeys,
  inDifferingGroups,
  type StateShadow,
} from "./state-shadow.ts";

export type StateProof = TableComparison & { missing: number; unexplained: number; faulty: FaultyGroup[] };

const mostRounds = 3;
const page = 50;

/**
 * Compares state with a fold of the facts that are in the tables. Events may come in meanwhile: before each comparison the live
 * projection has done all of which facts were folded here, so that what differs is either wrong or of later facts. The portals in
 * which something differs are folded again; what differs once more, with the live row unchanged, is wrong. Rows that changed every
 * time are in flight. Tables that are made here are left to `dropLeftovers`.
 */
export async function proveState(
  world: MaintenanceWorld,
  projection: Projection,
  run: string,
): Promise<StateProof[]> {
  const { db, onProgress } = world;
  const { state } = projection;
  const shadows: StateShadow[] = [];
  for (const table of state.tables) shadows.push(await createStateShadow(db, table, run));
  const bots = `${state.foldedBots.name}__verify_${run}`;
  await db.command(`CREATE TABLE ${bots} AS ${state.foldedBots.name}`);
  const places = new Map([
    [state.foldedBots.name, bots],
    ...shadows.map(({ layout, rows }): [string, string] => [layout.table, rows]),
  ]);
  const round = new Rounds(world, projection, shadows, places);
  await round.fold(null);
  const comparisons: TableComparison[] = [];
  for (const shadow of shadows) {
    onProgress({ phase: "compare", done: comparisons.length, total: shadows.length });
    comparisons.push(await compareState(db, shadow));
  }
  const differences = `${state.chats}__verify_${run}_differences`;
  await db.command(`CREATE TABLE ${differences}
    (round UInt8, name String, p String, d Date32, k UInt64, present UInt8, live UInt64)
    ENGINE = MergeTree ORDER BY (round, name, p) SETTINGS fsync_after_insert = 0, fsync_part_directory = 0`);
  const note = async (at: number, shadow: StateShadow, where: string) =>
    db.command(`INSERT INTO ${differences} SELECT ${at}, '${shadow.layout.table}', p, d, k, present, live
      FROM (${differingKeys(shadow, where)}) ${bounded}`);
  for (const shadow of shadows) await note(1, shadow, inDifferingGroups(shadow));
  let last = 1;
  for (let moving = true; moving && last < mostRounds; ) {
    const portals = await db.query<{ p: string }>(
      `SELECT DISTINCT p FROM ${differences} WHERE round = ${last}`,
    );
    if (portals.length === 0) break;
    for (const table of places.values()) await db.command(`TRUNCATE TABLE ${table}`);
    await round.fold(portals.map(({ p }) => p));
    const where = `portal IN (SELECT p FROM ${differences} WHERE round = ${last})`;
    last += 1;
    for (const shadow of shadows) await note(last, shadow, where);
    const changed = await db.query(
      `SELECT 1 FROM ${differences} WHERE round = ${last} AND NOT (${sameAs(differences, last - 1)}) LIMIT 1`,
    );
    moving = changed.length > 0;
  }
  const proofs: StateProof[] = [];
  for (const comparison of comparisons)
    proofs.push({
      ...comparison,
      ...(await countWrong(world, differences, last, comparison.table, round.late)),
    });
  return proofs;
}

const sameAs = (differences: string, round: number) =>
  `(name, p, k, present, live) IN (SELECT name, p, k, present, live FROM ${differences} WHERE round = ${round})`;

async function countWrong(
  { db }: MaintenanceWorld,
  differences: string,
  last: number,
  name: string,
  late: ReadonlySet<string>,
): Promise<{ missing: number; unexplained: number; faulty: FaultyGroup[] }> {
  if (last === 1) return { missing: 0, unexplained: 0, faulty: [] };
  const wrong = `FROM ${differences} WHERE round = ${last} AND name = {name:String}
    AND NOT has({late:Array(String)}, p) AND ${sameAs(differences, last - 1)}`;
  const counts = "toUInt32(countIf(present = 0)) AS missing, toUInt32(countIf(present = 1)) AS unexplained";
  const params = { name, late: [...late] };
  const [total] = await db.query<{ missing: number; unexplained: number }>(
    `SELECT ${counts} ${wrong}`,
    params,
  );
  const faulty = await db.query<FaultyGroup>(
    `SELECT p AS portal, d AS day, ${counts} ${wrong}
     GROUP BY p, d ORDER BY missing + unexplained DESC, p, d LIMIT ${page}`,
    params,
  );
  return { missing: total?.missing ?? 0, unexplained: total?.unexplained ?? 0, faulty };
}

class Rounds {
  /** Portals of whose records the live projection may have stored the facts and not the state. Nothing can be said of their state. */
  late: Set<string> = new Set();
  readonly #world: MaintenanceWorld;
  readonly #projection: Projection;
  readonly #shadows: readonly StateShadow[];
  readonly #places: ReadonlyMap<string, string>;

  constructor(
    world: MaintenanceWorld,
    projection: Projection,
    shadows: readonly StateShadow[],
    places: ReadonlyMap<string, string>,
  ) {
    this.#world = world;
    this.#projection = projection;
    this.#shadows = shadows;
    this.#places = places;
  }

  /** Folds the facts of these portals, or of all (null), and waits until the live state is of no fewer. */
  async fold(portals: readonly string[] | null): Promise<void> {
    const { state } = this.#projection;
    await this.#sync([state.facts.name, state.names.name, state.bots]);
    const tableOf = (table: string) => this.#places.get(table) ?? table;
    await foldWhole(this.#world, this.#projection, { tableOf, generation: 0 }, portals);
    // A projection that stood still is not waited for once more.
    const wait = this.late.size === 0 ? {} : { liveWaitMs: 0 };
    const lag = await waitForLive({ ...this.#world, ...wait }, this.#projection);
    // Where there is a backlog, its facts may be in the tables without their state.
    const pending = await new PendingFolds(this.#world.db, this.#projection.name).read();
    this.late = new Set(pending.flatMap((one) => one.portals));
    if (lag > 0)
      for (const portal of await portalsAhead(this.#world, this.#projection)) this.late.add(portal);
    await this.#sync([...this.#places.values(), ...state.tables]);
  }

  /** What another replica took may not be here yet. */
  async #sync(tables: readonly string[]): Promise<void> {
    if (!this.#shadows.some(({ layout }) => layout.replicated)) return;
    for (const table of tables) await this.#world.db.command(`SYSTEM SYNC REPLICA ${table}`);
  }
}

async function portalsAhead({ log }: MaintenanceWorld, projection: Projection): Promise<Set<string>> {
  const portals = new Set<string>();
  for (const { topic, partition, next, end } of await livePartitions(log, projection))
    for await (const { value } of log.read(topic, partition, next, end)) {
      const portal = portalIn(value);
      if (portal !== null) portals.add(portal);
    }
  return portals;
}

function portalIn(value: Uint8Array): string | null {
  try {
    const record = decodeRecord(value);
    return "envelope" in record ? record.envelope.portal : null;
  } catch {
    // It has no rows.
    return null;
  }
}
