import type { EventLog } from "@portalstream/event-log";
import { decodeRecord, topics } from "@portalstream/events";
import type { Partition } from "../rebuild/places.ts";
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
  unprojectable: number;
  gaps: Gap[];
  faults: PartitionFault[];
};

/** `rejected` holds the positions that rejected records name, as `topic/partition/offset`. */
export function judgePartition(
  projection: string,
  { topic, partition, first, next, end }: Partition,
  reports: readonly PartReport[],
  rejected: ReadonlySet<string>,
): PartitionResult {
  const own = reports.filter(
    ({ part }) =>
      part.topic === topic && part.partition === partition && part.projections.includes(projection),
  );
  const sum = (of: (report: PartReport) => number) => own.reduce((total, report) => total + of(report), 0);
  const failed = own.flatMap(({ part, unprojectable }) =>
    unprojectable.filter((one) => one.projection === projection).map(({ offset }) => ({ offset, part })),
  );
  // What was interpreted again by a rebuild was counted by it, and is not appended anywhere.
  const unaccounted = failed.filter(
    ({ offset, part }) =>
      topic !== topics.rejected && !part.reread && !rejected.has(`${topic}/${partition}/${offset}`),
  );
  const gaps = own.flatMap((report) => report.gaps);
  const found: [PartitionFault, boolean][] = [
    ["retention", first > 0 && !topic.startsWith("portalstream.")],
    ["beyond_end", next > end],
    ["gap", gaps.length > 0],
    ["overlap", sum(({ overlaps }) => overlaps) > 0],
    ["unaccounted", unaccounted.length > 0],
  ];
  return {
    projection,
    topic,
    partition,
    first,
    next,
    end,
    records: sum(({ records }) => records),
    unprojectable: failed.length,
    gaps,
    faults: found.flatMap(([fault, is]) => (is ? [fault] : [])),
  };
}

/** The positions of the records that could not be projected, as the rejected topic names them. */
export async function rejectedPositions(log: EventLog): Promise<Set<string>> {
  const positions = new Set<string>();
  for (const { partition, first, end } of await log.extents(topics.rejected)) {
    for await (const { value } of log.read(topics.rejected, partition, first, end)) {
      const at = positionIn(value);
      if (at !== null) positions.add(at);
    }
  }
  return positions;
}

function positionIn(value: Uint8Array): string | null {
  try {
    const record = decodeRecord(value);
    if (record.kind !== "rejected" || record.position === null) return null;
    const { topic, partition, offset } = record.position;
    return `${topic}/${partition}/${offset}`;
  } catch {
    // Not a record of ours: it names no position.
    return null;
  }
}
