import { type Chunks, giveBack } from "@portalstream/clickhouse";
import { type EventLog, EventLogError } from "@portalstream/event-log";
import { isCompacted } from "@portalstream/events";
import type { Projection } from "../projection.ts";
import { type ProjectedRecord, RecordRows } from "../record-rows.ts";
import type { Rows } from "../rows.ts";
import type { Part } from "./parts.ts";

/** Offsets [from, to) that the log should hold and does not. */
export type Gap = { from: number; to: number };
export type PartReport = {
  part: Part;
  records: number;
  gaps: Gap[];
  /** Records whose offset had been read before. */
  overlaps: number;
  /** Records that were to be interpreted again, which failed: their rows are those of the record as it was received. */
  asReceived: ProjectedRecord[];
  /** Records that a projection could not make rows of, nor of the record as it was received. */
  unprojectable: ProjectedRecord[];
};

export type ReplayWorld = {
  log: Pick<EventLog, "read">;
  insert(table: string, rows: Chunks): Promise<void>;
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
const sliceBytes = 96 * 1024 * 1024;

/** Log to rows once more, without a group: nothing is appended and no progress is saved. */
export async function replayPart(part: Part, world: ReplayWorld): Promise<PartReport> {
  const projections = world.projections.filter(({ name }) => part.projections.includes(name));
  const report: PartReport = {
    part,
    records: 0,
    gaps: [],
    overlaps: 0,
    asReceived: [],
    unprojectable: [],
  };
  const newSlice = (from: number) => ({
    from,
    made: new RecordRows(projections),
    records: 0,
    bytes: 0,
  });
  let slice = newSlice(part.from);
  let inserted: Promise<unknown> = Promise.resolve();
  const finishSlice = async (to: number) => {
    const made = await unspoilt(slice.made, { ...part, from: slice.from, to }, world.log);
    for (const one of made.asReceived) report.asReceived.push(one);
    for (const { projection, record } of made.unprojectable)
      report.unprojectable.push({ projection, offset: record.offset });
    await inserted;
    inserted = insertAll(made.rows, world);
    // Its failure is met by the next await; until then nobody else looks at it.
    inserted.catch(() => {});
    world.onRecords(slice.records);
    slice = newSlice(to);
  };
  for await (const record of checked(part, world.log, report)) {
    slice.made.add(record, part.topic, part.reread);
    slice.records += 1;
    slice.bytes += record.value.length;
    if (slice.records >= sliceRecords || slice.bytes >= sliceBytes) await finishSlice(record.offset + 1);
  }
  if (slice.records > 0) await finishSlice(part.to);
  await inserted;
  return report;
}

/** The slice, read and made once more where an interpretation failed midway: to keep all records for that case would cost every other slice. */
async function unspoilt(made: RecordRows, slice: Part, log: Pick<EventLog, "read">): Promise<RecordRows> {
  if (!made.spoilt) return made;
  const again = made.again();
  for await (const record of checked(slice, log, { gaps: [], overlaps: 0, records: 0 }))
    again.add(record, slice.topic, slice.reread);
  return again;
}

function insertAll(rows: Rows, { insert, tables }: ReplayWorld): Promise<unknown> {
  return Promise.all(
    [...rows.tables()].map(async ([table, chunks]) => {
      const target = tables[table];
      if (target === undefined) throw new Error(`${table} is not among the tables of the projection`);
      await insert(target, chunks);
      giveBack(chunks);
    }),
  );
}

/** The records, with notes of what is missing or twice there. */
async function* checked(
  { topic, partition, from, to }: Part,
  log: Pick<EventLog, "read">,
  report: Pick<PartReport, "records" | "gaps" | "overlaps">,
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
