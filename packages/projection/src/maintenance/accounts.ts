import type { EventLog } from "@portalstream/event-log";
import { decodeRecord, topics } from "@portalstream/events";
import type { Projection } from "../projection.ts";
import type { PartReport } from "../replay/replay-part.ts";

export type Unaccounted = { topic: string; partition: number; offset: number };

/**
 * Records that no rows can be made of, and that are not among the rejected ones: an older program may have made rows of them. Only of
 * what the projection reads live; of other topics it never had more than today's interpreter makes.
 */
export function unaccountedIn(
  { name, topics: own }: Projection,
  reports: readonly PartReport[],
  rejected: ReadonlySet<string>,
): Unaccounted[] {
  return reports.flatMap(({ part: { topic, partition }, unprojectable }) =>
    // A record of the rejected topic already is where it would go.
    topic === topics.rejected || !own.includes(topic)
      ? []
      : unprojectable
          .filter(
            ({ projection, offset }) =>
              projection === name && !rejected.has(placeOf({ topic, partition, offset })),
          )
          .map(({ offset }) => ({ topic, partition, offset })),
  );
}

/** The positions that rejected records name. Read only where some record could not be projected: it costs the whole topic. */
export async function rejectedFor(
  log: Pick<EventLog, "extents" | "read">,
  reports: readonly PartReport[],
): Promise<Set<string>> {
  const positions = new Set<string>();
  if (reports.every(({ unprojectable }) => unprojectable.length === 0)) return positions;
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
    return record.kind === "rejected" && record.position !== null ? placeOf(record.position) : null;
  } catch {
    // Not a record of ours: it names no position.
    return null;
  }
}

const placeOf = ({ topic, partition, offset }: Unaccounted) => `${topic}/${partition}/${offset}`;
