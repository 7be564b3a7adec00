import { type EventLog, EventLogError, type LogRecord } from "@portalstream/event-log";
import { decodeAnew, decodeRecord } from "@portalstream/events";
import { giveBack } from "../lines.ts";
import { Rows } from "../rows.ts";
import type { Projection, RecordPosition } from "../run-projection.ts";
import type { Part } from "./parts.ts";

/** Offsets [from, to) that the log should hold and does not. */
export type Gap = { from: number; to: number };
export type PartReport = {
  part: Part;
  records: number;
  gaps: Gap[];
  /** Records whose offset had been read before. */
  overlaps: number;
  /** Offsets of the records that a projection could not make rows of. */
  unprojectable: { projection: string; offset: number }[];
};

export type ReplayWorld = {
  log: Pick<EventLog, "read">;
  insert(table: string, rows: Uint8Array<ArrayBuffer>): Promise<void>;
  projections: readonly Projection[];
  /** Where the rows of each table go instead. */
  tables: Readonly<Record<string, string>>;
  onRecords(count: number): void;
};

/**
 * So much is held in memory, twice: the rows of one slice are made while those of the one before are inserted. Large, since each makes
 * parts of tables, which have to be merged.
 */
const sliceRecords = 64_000;
const sliceBytes = 64 * 1024 * 1024;

/** Log to rows once more, without a group: nothing is appended and no progress is saved. */
export async function replayPart(part: Part, world: ReplayWorld): Promise<PartReport> {
  const projections = world.projections.filter(({ name }) => part.projections.includes(name));
  const report: PartReport = { part, records: 0, gaps: [], overlaps: 0, unprojectable: [] };
  let slice = { rows: new Rows(), records: 0, bytes: 0 };
  let inserted: Promise<unknown> = Promise.resolve();
  const finishSlice = async () => {
    await inserted;
    inserted = insertAll(slice.rows, world);
    // Its failure is met by the next await; until then nobody else looks at it.
    inserted.catch(() => {});
    world.onRecords(slice.records);
    slice = { rows: new Rows(), records: 0, bytes: 0 };
  };
  for await (const record of checked(part, world.log, report)) {
    projectRecord(record, part, projections, slice.rows, report);
    slice.records += 1;
    slice.bytes += record.value.length;
    if (slice.records >= sliceRecords || slice.bytes >= sliceBytes) await finishSlice();
  }
  if (slice.records > 0) await finishSlice();
  await inserted;
  return report;
}

function insertAll(rows: Rows, { insert, tables }: ReplayWorld): Promise<unknown> {
  return Promise.all(
    [...rows.tables()].map(async ([table, bytes]) => {
      const target = tables[table];
      if (target === undefined) throw new Error(`${table} is not among the tables of the projection`);
      await insert(target, bytes);
      giveBack(bytes);
    }),
  );
}

/** The records, with notes of what is missing or twice there. */
async function* checked(
  { topic, partition, from, to }: Part,
  log: Pick<EventLog, "read">,
  report: PartReport,
) {
  // A compacted topic keeps the newest record of each key, and so has gaps by right.
  const missing = (gap: Gap) => isCompacted(topic) || report.gaps.push(gap);
  let expected = from;
  try {
    for await (const record of log.read(topic, partition, from, to)) {
      if (record.offset < expected) {
        report.overlaps += 1;
        continue;
      }
      if (record.offset > expected) missing({ from: expected, to: record.offset });
      expected = record.offset + 1;
      report.records += 1;
      yield record;
    }
  } catch (error) {
    if (!(error instanceof EventLogError) || error.code !== "log_corrupt") throw error;
    report.gaps.push({ from: expected, to });
    return;
  }
  if (expected < to) missing({ from: expected, to });
}

const isCompacted = (topic: string) => topic.startsWith("portalstream.");

function projectRecord(
  { offset, value }: LogRecord,
  { topic, partition, reread }: Part,
  projections: readonly Projection[],
  rows: Rows,
  report: PartReport,
): void {
  const position: RecordPosition = { topic, partition, offset };
  const failed = (projection: string) => report.unprojectable.push({ projection, offset });
  const record = attempt(() => (reread ? decodeAnew(value) : decodeRecord(value)));
  for (const projection of projections)
    if (record === null || attempt(() => [projection.project(record, position, rows)]) === null)
      failed(projection.name);
}

/** Whatever is wrong with a record is wrong with that record: the rest goes on, as it does when it is projected live. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
