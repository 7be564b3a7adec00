import { rejectedFor } from "../maintenance/accounts.ts";
import { Claim, defaultLeaseMs } from "../maintenance/claim.ts";
import { compareGroups, type TableComparison } from "../maintenance/compare-groups.ts";
import { fill } from "../maintenance/fill.ts";
import { type LogPlace, lastRebuild, readRuns, unfinished } from "../maintenance/ledger.ts";
import { MaintenanceError } from "../maintenance/maintenance-error.ts";
import {
  historyPartitions,
  livePartitions,
  nextAt,
  type Partition,
  rangesOf,
} from "../maintenance/places.ts";
import { dropLeftovers } from "../maintenance/tables.ts";
import type { MaintenanceWorld } from "../maintenance/world.ts";
import { allTablesOf, type Projection } from "../projection.ts";
import type { Range } from "../replay/parts.ts";
import {
  countFaults,
  createShadow,
  dropShadow,
  type Faults,
  noteDifferences,
  type Shadow,
} from "./explain.ts";
import { proveState } from "./prove-state.ts";
import { judgePartition, type PartitionResult } from "./verify-partition.ts";

/** `expected` is what the log says, `found` the live table, a moment later. Groups that differ without faults are in flight. */
export type TableResult = TableComparison & {
  projection: string;
  missing: number;
  unexplained: number;
  /** The worst first; no more than a page of them. */
  faulty: Faults["groups"];
};

export type VerifyResult = {
  verdict: "ok" | "refuted";
  partitions: PartitionResult[];
  tables: TableResult[];
};

/**
 * Proves or refutes that the tables hold what this program makes of the log: all of it as far as the live projection says it has come,
 * and nothing else. The log is replayed into tables beside the live ones and compared by portal and day, and where that differs row
 * by row. State is proven by folding the facts in the tables once more. As the tables were filled, so are they proven: records up to the last rebuild as interpreted again from their source, later
 * ones as they were received. So what refutes is loss, corruption, or tables made by a program that understood less: `rebuild` mends
 * all three. The system may go on running. Throws MaintenanceError.
 */
export async function verify(world: MaintenanceWorld): Promise<VerifyResult> {
  const partitions: PartitionResult[] = [];
  const tables: TableResult[] = [];
  for (const projection of world.projections) {
    const one = await verifyProjection(world, projection);
    partitions.push(...one.partitions);
    tables.push(...one.tables);
  }
  const faulty =
    partitions.some(({ faults }) => faults.length > 0) ||
    tables.some(({ missing, unexplained }) => missing + unexplained > 0);
  return { verdict: faulty ? "refuted" : "ok", partitions, tables };
}

type Proof = Omit<VerifyResult, "verdict">;

async function verifyProjection(world: MaintenanceWorld, projection: Projection): Promise<Proof> {
  const { db, leaseMs = defaultLeaseMs } = world;
  const claim = await Claim.take(db, projection.name, "verifying", leaseMs);
  try {
    const runs = await readRuns(db, projection.name);
    if (unfinished(runs).length > 0)
      throw new MaintenanceError(
        "exchange_unfinished",
        `an exchange of ${projection.name}'s tables was interrupted`,
      );
    await dropLeftovers(db, allTablesOf(projection));
    const proof = await prove(world, projection, lastRebuild(runs)?.rebuilt ?? [], claim.run);
    await claim.confirm();
    return proof;
  } finally {
    await dropLeftovers(db, allTablesOf(projection), claim.run);
    await claim.end();
  }
}

async function prove(
  world: MaintenanceWorld,
  projection: Projection,
  rebuilt: readonly LogPlace[],
  run: string,
): Promise<Proof> {
  const { db, log, onProgress } = world;
  const { name } = projection;
  const own = await livePartitions(log, projection);
  const history = rebuilt.length === 0 ? [] : await historyPartitions(log, projection);
  const shadows = new Map<string, Shadow>();
  for (const table of projection.tables) shadows.set(table, await createShadow(db, table, run));
  const target = (table: string) => shadows.get(table)?.rows ?? table;
  const alone = { ...world, projections: [projection] };
  const reports = await fill(alone, "replay", rangesToProve(name, own, history, rebuilt), target);
  const comparisons: TableComparison[] = [];
  let toExplain = 0;
  for (const [table, shadow] of shadows) {
    onProgress({ phase: "compare", done: comparisons.length, total: shadows.size });
    const sides = { expected: shadow.rows, found: table, into: shadow.groups };
    comparisons.push(await compareGroups(db, shadow.layout, sides));
    toExplain += await noteDifferences(db, shadow);
  }
  if (toExplain > 0)
    await fill(alone, "catch up", await rangesSince(world, projection, own, rebuilt), target);
  const tables: TableResult[] = [];
  for (const comparison of comparisons) {
    const shadow = shadows.get(comparison.table);
    if (shadow === undefined) continue;
    const { missing, unexplained, groups } = await countFaults(db, shadow);
    tables.push({ ...comparison, projection: name, missing, unexplained, faulty: groups });
    await dropShadow(db, shadow);
  }
  for (const proof of await proveState(world, projection, run)) tables.push({ ...proof, projection: name });
  const rejected = await rejectedFor(log, reports);
  const reread = history.map((one) => ({ ...one, next: nextAt(rebuilt, one.topic, one.partition) }));
  const partitions = [...own, ...reread].map((one) => judgePartition(projection, one, reports, rejected));
  return { tables, partitions };
}

/** As the tables were filled: what a rebuild has interpreted again, and what came after as it was received. */
function rangesToProve(
  name: string,
  own: readonly Partition[],
  history: readonly Partition[],
  rebuilt: readonly LogPlace[],
): Range[] {
  const again = [...own, ...history].map(({ topic, partition, first, end }) => ({
    topic,
    partition,
    from: first,
    to: Math.min(end, nextAt(rebuilt, topic, partition)),
  }));
  const received = own.map(({ topic, partition, first, next, end }) => ({
    topic,
    partition,
    from: Math.max(first, nextAt(rebuilt, topic, partition)),
    to: Math.min(end, next),
  }));
  return [...rangesOf(name, again, true), ...rangesOf(name, received, false)];
}

/** What the live projection may have done since, beside what it does as a rebuild did. */
async function rangesSince(
  { log }: MaintenanceWorld,
  projection: Projection,
  before: readonly Partition[],
  rebuilt: readonly LogPlace[],
) {
  const now = await livePartitions(log, projection);
  const bounds = now.map(({ topic, partition, end, first }) => {
    const one = before.find((known) => known.topic === topic && known.partition === partition);
    const done = Math.max(nextAt(rebuilt, topic, partition), Math.min(one?.next ?? 0, one?.end ?? 0));
    return { topic, partition, from: Math.max(first, done), to: end };
  });
  return rangesOf(projection.name, bounds, false);
}
