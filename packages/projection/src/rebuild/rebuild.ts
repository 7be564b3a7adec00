import type { EventLog } from "@portalstream/event-log";
import { rejectedFor, unaccountedIn } from "../maintenance/accounts.ts";
import { fillHistory, fillTail, requireLive, waitForLive } from "../maintenance/catch-up.ts";
import { Claim, defaultLeaseMs } from "../maintenance/claim.ts";
import { compareGroups, type TableComparison } from "../maintenance/compare-groups.ts";
import { foldTail } from "../maintenance/fold-tail.ts";
import { dropFormerState, foldWhole } from "../maintenance/fold-whole.ts";
import { dropFormerTables } from "../maintenance/former-tables.ts";
import { readLayout } from "../maintenance/layout.ts";
import type { LogPlace } from "../maintenance/ledger.ts";
import { MaintenanceError } from "../maintenance/maintenance-error.ts";
import { livePartitions, nextAt, placesOf } from "../maintenance/places.ts";
import { createSpares, dropLeftovers, mirror, refuseOtherLayout, spareOf } from "../maintenance/tables.ts";
import type { MaintenanceWorld } from "../maintenance/world.ts";
import { allTablesOf, type Projection } from "../projection.ts";
import type { ProjectedRecord } from "../record-rows.ts";
import type { PartReport } from "../replay/replay-part.ts";
import { readGeneration } from "../state/generation.ts";
import { finishExchange, finishOthers } from "./exchange.ts";

export type RebuildResult = {
  projection: string;
  run: string;
  records: number;
  /** Records that today's interpreter fails on: their rows are those of the record as it was received. */
  asReceived: number;
  /** Records that no rows could be made of, and that are among the rejected ones. */
  unprojectable: number;
  /** Records that the live projection had still to do when the tables were exchanged: more than a few = it does not run. */
  liveLag: number;
  /** The rebuilt tables are `expected`, those that they took the place of `found`. */
  tables: TableComparison[];
};

/**
 * Makes the projections' tables anew from the log, interpreting every record again, beside the live ones, which stay right and go on
 * growing; then exchanges them, and keeps the old ones for `rollback`. From when the rebuilt tables are nearly complete until they are
 * exchanged, what is inserted into the live ones is inserted into them, too. So both are complete at every moment of the exchange,
 * and a run that is killed anywhere leaves right answers; the next one cleans up or finishes. Throws MaintenanceError.
 */
export async function rebuild(world: MaintenanceWorld): Promise<RebuildResult[]> {
  const { db, projections, leaseMs = defaultLeaseMs } = world;
  const claims = new Map<string, Claim>();
  const claimOf = (name: string): Claim => {
    const claim = claims.get(name);
    if (claim === undefined) throw new Error(`${name} is not claimed`);
    return claim;
  };
  const spare = (table: string, projection: string) => spareOf(table, claimOf(projection).run);
  try {
    for (const { name } of projections) claims.set(name, await Claim.take(db, name, "building", leaseMs));
    for (const projection of projections) {
      await finishOthers(world, projection);
      await dropLeftovers(db, allTablesOf(projection));
      await requireLive(world, projection);
      await createSpares(db, allTablesOf(projection), claimOf(projection.name).run);
    }
    const { places, reports } = await fillHistory(world, spare);
    const results: RebuildResult[] = [];
    for (const projection of projections) {
      const claim = claimOf(projection.name);
      const rebuilt = places.get(projection.name) ?? [];
      results.push(await takePlace(world, projection, claim, rebuilt, reports));
    }
    return results;
  } finally {
    for (const one of projections) await letGo(world, allTablesOf(one), claims.get(one.name));
  }
}

/** From nearly complete to live. */
async function takePlace(
  world: MaintenanceWorld,
  projection: Projection,
  claim: Claim,
  rebuilt: LogPlace[],
  history: readonly PartReport[],
): Promise<RebuildResult> {
  const { log, db, onProgress } = world;
  const { name, tables } = projection;
  const spare = (table: string) => spareOf(table, claim.run);
  const refuseLayouts = async () => {
    for (const table of allTablesOf(projection)) await refuseOtherLayout(db, table, spare(table));
  };
  await refuseLayouts();
  await mirror(db, tables, claim.run, spare);
  const tail = await fillTail(world, projection, rebuilt, spare);
  const liveLag = await waitForLive(world, projection);
  const own = [...history, ...tail].filter(({ part }) => part.projections.includes(name));
  await refuseLosses(log, projection, own);
  const comparisons: TableComparison[] = [];
  for (const [at, table] of tables.entries()) {
    onProgress({ phase: "compare", done: at, total: tables.length });
    const layout = await readLayout(db, table, { digests: true });
    const sides = { expected: spare(table), found: table, into: `${spare(table)}_groups` };
    comparisons.push(await compareGroups(db, layout, sides));
    await db.command(`DROP TABLE ${sides.into}`);
  }
  await refuseLayouts();
  const generation = (await readGeneration(db, name)) + 1;
  const rebuiltState = { tableOf: spare, generation };
  const folded = placesOf(await livePartitions(log, projection));
  await foldWhole(world, projection, rebuiltState);
  await claim.confirm();
  const exchanged = placesOf(await livePartitions(log, projection));
  await foldTail(world, projection, folded, rebuiltState);
  await claim.change({ state: "exchanging", rebuilt, exchanged });
  await finishExchange(db, projection, claim.row, (done, total) =>
    onProgress({ phase: "exchange", done, total }),
  );
  // An insert that looked for its mirror at the very moment of the exchange may have found none.
  await fillTail(world, projection, exchanged, (table) => table);
  const liveState = { tableOf: (table: string) => table, generation };
  // Before the fold: what the live projection does meanwhile is of the former generation, too.
  const last = placesOf(await livePartitions(log, projection));
  await foldTail(world, projection, exchanged, liveState);
  await dropFormerTables(db, projection);
  await claim.change({ state: "done" });
  // What the live projection was folding when the generation changed is of the former one.
  await foldTail(world, projection, last, liveState);
  await dropFormerState(db, projection, generation);
  const countOf = (records: readonly ProjectedRecord[]) =>
    records.filter((one) => one.projection === name).length;
  return {
    projection: name,
    run: claim.run,
    records: own.reduce((sum, { records }) => sum + records, 0),
    asReceived: countOf(own.flatMap(({ asReceived }) => asReceived)),
    unprojectable: countOf(own.flatMap(({ unprojectable }) => unprojectable)),
    liveLag,
    tables: comparisons,
  };
}

/** Of what the live projection has done: the rest it will reject, or not, when it comes to it. */
async function refuseLosses(
  log: EventLog,
  projection: Projection,
  reports: readonly PartReport[],
): Promise<void> {
  const done = placesOf(await livePartitions(log, projection));
  const lost = unaccountedIn(projection, reports, await rejectedFor(log, reports)).filter(
    ({ topic, partition, offset }) => offset < nextAt(done, topic, partition),
  );
  const [first] = lost;
  if (first === undefined) return;
  throw new MaintenanceError(
    "records_unaccounted",
    `${projection.name} cannot project ${lost.length} records that were never rejected, the first at ` +
      `${first.topic}/${first.partition}/${first.offset}: rebuilt tables would lose them. Mend the projection, then rebuild`,
  );
}

/** A run that failed before its exchange leaves nothing behind; one that failed in it is finished by the next. */
async function letGo({ db }: MaintenanceWorld, tables: readonly string[], claim: Claim | undefined) {
  if (claim?.row.state === "building") await dropLeftovers(db, tables, claim.run);
  await claim?.end();
}
