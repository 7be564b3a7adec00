import type { Pace } from "@portalstream/clickhouse";
import { eachInSlices } from "../http/slices.ts";

/**
 * Lists of state rows, of which a table may still hold replaced versions. Rows that pass the filter are found first, in the list's order and
 * by few columns, so that reading stops when there are enough. Then the newest rows of the same keys are read whole. A row that was found
 * counts if it is the newest: else it was replaced by one that does not pass the filter, lies elsewhere, or was found too.
 */
export type List<Found extends Versioned, Row extends Versioned> = {
  /** At most so many rows that pass the filter, behind `after`. */
  find: (limit: number, after: Found | null) => Promise<Found[]>;
  /** Whether two rows lie at one position. A limit may have cut the rows of the last position. */
  together: (one: Found, other: Found) => boolean;
  /** The newest rows of these keys, in any order; may hold others. */
  read: (found: readonly Found[]) => Promise<Row[]>;
  keyOf: (row: Found | Row) => string;
};
type Versioned = { version: string };

/** A round that found too many replaced rows is followed by one that looks at so many times more. */
const growth = 8;
const mostFound = 20_000;
/** At least what a first round finds for the largest page. Many more keys would take long to be put into a statement. */
const mostRead = 1_300;
const mostAttempts = 4;

/** At least `count` rows from the beginning, or all that there are. */
export async function latestRows<Found extends Versioned, Row extends Versioned>(
  count: number,
  pace: Pace,
  list: List<Found, Row>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: Found | null = null;
  for (let limit = count + (count >> 2) + 8; ; limit = Math.min(limit * growth, mostFound)) {
    const round: Round<Found, Row> = await oneRound(list, pace, limit, after, count - rows.length);
    const { found, newest } = round;
    for (const row of newest) rows.push(row);
    if (found.length < limit || rows.length >= count) return rows;
    after = withoutLast(found, list.together).at(-1) ?? after;
  }
}

type Round<Found, Row> = { found: Found[]; newest: Row[] };

/** Finds and reads. A row that is written between the two statements may pass the filter: then it is looked for once more. */
async function oneRound<Found extends Versioned, Row extends Versioned>(
  list: List<Found, Row>,
  pace: Pace,
  limit: number,
  after: Found | null,
  wanted: number,
): Promise<Round<Found, Row>> {
  let found = await list.find(limit, after);
  for (let attempt = 1; ; attempt += 1) {
    const whole = found.length === limit ? withoutLast(found, list.together) : found;
    const newest: Row[] = [];
    let isReplaced = false;
    for (let start = 0; start < whole.length && newest.length < wanted; start += mostRead) {
      const some = whole.slice(start, start + mostRead);
      const read = await list.read(some);
      const compared = await compare(some, read, list.keyOf, pace);
      newest.push(...compared.newest);
      isReplaced ||= compared.isReplaced;
    }
    if (!isReplaced || attempt === mostAttempts) return { found, newest };
    const again = await list.find(limit, after);
    // The newer rows do not pass the filter, or lie elsewhere.
    if (await isSame(again, found, list.keyOf, pace)) return { found, newest };
    found = again;
  }
}

/**
 * The rows that were read among those that were found, in their order, each once; and whether a row that was read is newer than all that
 * were found under its key.
 */
async function compare<Found extends Versioned, Row extends Versioned>(
  found: readonly Found[],
  read: readonly Row[],
  keyOf: (row: Found | Row) => string,
  pace: Pace,
): Promise<{ newest: Row[]; isReplaced: boolean }> {
  const rows = new Map<string, Row>();
  await eachInSlices(read, pace, (row) => rows.set(`${row.version} ${keyOf(row)}`, row));
  const newest: Row[] = [];
  const greatest = new Map<string, string>();
  await eachInSlices(found, pace, (one) => {
    const key = keyOf(one);
    const name = `${one.version} ${key}`;
    const row = rows.get(name);
    if (row !== undefined) newest.push(row);
    rows.delete(name);
    if (isGreater(one.version, greatest.get(key) ?? "")) greatest.set(key, one.version);
  });
  let isReplaced = false;
  await eachInSlices(rows.values(), pace, (row) => {
    isReplaced ||= isGreater(row.version, greatest.get(keyOf(row)) ?? row.version);
  });
  return { newest, isReplaced };
}

async function isSame<Found extends Versioned>(
  one: readonly Found[],
  other: readonly Found[],
  keyOf: (row: Found) => string,
  pace: Pace,
): Promise<boolean> {
  if (one.length !== other.length) return false;
  for (const [at, row] of one.entries()) {
    if (pace.over) await pace.next();
    const twin = other[at];
    if (twin === undefined || twin.version !== row.version || keyOf(twin) !== keyOf(row)) return false;
  }
  return true;
}

/** Without the rows that lie where the last one does. */
function withoutLast<Found extends Versioned>(
  found: readonly Found[],
  together: List<Found, Versioned>["together"],
): Found[] {
  const last = found.at(-1);
  return last === undefined ? [] : found.slice(0, found.findLastIndex((one) => !together(one, last)) + 1);
}

/** Of whole numbers in decimal digits. */
const isGreater = (one: string, other: string): boolean =>
  one.length === other.length ? one > other : one.length > other.length;

/** Epoch milliseconds as an element of a parameter of the type Array(DateTime64(3, 'UTC')). */
export const timeElement = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, -1);
