/** One answer of a list's SQL. Every row tells the same `foundCount` and `last`. */
export type Round<Row, Key> = {
  /** In the list's order. Those that do not count were replaced by newer ones, which do not pass the filter or lie elsewhere. */
  rows: readonly (Row & { counts: boolean })[];
  /** How many rows passed the filter, replaced ones included, and the last of them: where the next round goes on. */
  found: number;
  last: Key | null;
};

/** A table may hold so many replaced rows that a page needs several rounds; each looks at this many times more than the one before. */
const growth = 8;
const mostAtOnce = 100_000;

/** At least `count` rows from `after` on, or all that there are. */
export async function latestRows<Row, Key>(
  count: number,
  after: Key,
  find: (batch: number, after: Key) => Promise<Round<Row, Key>>,
): Promise<Row[]> {
  const counting: Row[] = [];
  for (let batch = count, start = after; ; batch = Math.min(batch * growth, mostAtOnce)) {
    const { rows, found, last } = await find(batch, start);
    for (const row of rows) if (row.counts) counting.push(row);
    if (last === null || found < batch || counting.length >= count) return counting;
    start = last;
  }
}
