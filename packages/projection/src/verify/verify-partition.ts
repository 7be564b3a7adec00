import { isCompacted } from "@portalstream/events";
import { unaccountedIn } from "../maintenance/accounts.ts";
import type { Partition } from "../maintenance/places.ts";
import type { Projection } from "../projection.ts";
import type { ProjectedRecord } from "../record-rows.ts";
import type { Gap, PartReport } from "../replay/replay-part.ts";

/**
 * - `retention`: records before `first` are gone from the log, so that nothing proves their rows.
 * - `beyond_end`: the projection claims to have done records that the log does not hold.
 * - `gap`, `overlap`: offsets are missing or twice there.
 * - `unaccounted`: a record could not be projected, and no rejected record names its position.
 */
export type PartitionFault = "retention" | "beyond_end" | "gap" | "overlap" | "unaccounted";

/** One partition as one projection has done it: the records of [first, next). */
export type PartitionResult = {
  projection: string;
  topic: string;
  partition: number;
  first: number;
  next: number;
  end: number;
  records: number;
  /** Records that a rebuild would interpret again, which fails: proven as they were received. */
  asReceived: number;
  unprojectable: number;
  gaps: Gap[];
  faults: PartitionFault[];
};

/** `rejected`: see `rejectedFor`. */
export function judgePartition(
  projection: Projection,
  { topic, partition, first, next, end }: Partition,
  reports: readonly PartReport[],
  rejected: ReadonlySet<string>,
): PartitionResult {
  const { name } = projection;
  const own = reports.filter(
    ({ part }) => part.topic === topic && part.partition === partition && part.projections.includes(name),
  );
  const sum = (of: (report: PartReport) => number) => own.reduce((total, report) => total + of(report), 0);
  const countOf = (records: readonly ProjectedRecord[]) =>
    records.filter((record) => record.projection === name).length;
  const gaps = own.flatMap((report) => report.gaps);
  const found: [PartitionFault, boolean][] = [
    ["retention", first > 0 && !isCompacted(topic)],
    ["beyond_end", next > end],
    ["gap", gaps.length > 0],
    ["overlap", sum(({ overlaps }) => overlaps) > 0],
    ["unaccounted", unaccountedIn(projection, own, rejected).length > 0],
  ];
  return {
    projection: name,
    topic,
    partition,
    first,
    next,
    end,
    records: sum(({ records }) => records),
    asReceived: sum(({ asReceived }) => countOf(asReceived)),
    unprojectable: sum(({ unprojectable }) => countOf(unprojectable)),
    gaps,
    faults: found.flatMap(([fault, is]) => (is ? [fault] : [])),
  };
}
