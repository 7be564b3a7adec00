import type { ClickHouse, Pace } from "@portalstream/clickhouse";
import { eachInSlices } from "../http/slices.ts";
import type { Bucket } from "./buckets.ts";
import type { Question } from "./question.ts";

/** What the SQL of each figure answers: figures of a group in one interval, or over the whole range. */
export type FigureRow = { whole: 0 | 1; bucket: number; name: string };

export type FigureRows<Row> = {
  groups: readonly string[];
  /** `bucket`: one of the question's, or its range. */
  of(group: string, bucket: Bucket): Row | undefined;
};

export async function figureRows<Row extends FigureRow>(
  db: ClickHouse,
  sql: string,
  portal: string,
  { range, buckets, groupBy, line, connector }: Question,
  pace: Pace,
  more: Readonly<Record<string, readonly string[]>> = {},
): Promise<FigureRows<Row>> {
  const rows = await db.query<Row>(sql, {
    portal,
    from: range.start,
    to: range.end,
    starts: buckets.map((bucket) => String(bucket.start)),
    groupBy,
    line: line ?? "",
    connector: connector ?? "",
    ...more,
  });
  const totals = new Map<string, Row>();
  const parts = new Map<string, Row>();
  await eachInSlices(rows, pace, (row) => {
    if (row.whole === 1) totals.set(row.name, row);
    else parts.set(`${row.bucket} ${row.name}`, row);
  });
  return {
    groups: [...totals.keys()],
    of: (group, bucket) => (bucket === range ? totals.get(group) : parts.get(`${bucket.start} ${group}`)),
  };
}
