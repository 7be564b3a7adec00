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
const mostRead = 2_000;
const mostAttempts = 4;

/** At least `count` rows from the beginning, or all that there are. */
export async function latestRows<Found extends Versioned, Row extends Versioned>(
  count: number,
  list: List<Found, Row>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: Found | null = null;
  for (let limit = count + (count >> 2) + 8; ; limit = Math.min(limit * growth, mostFound)) {
    const round: Round<Found, Row> = await oneRound(list, limit, after, count - rows.length);
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
      newest.push(...newestOf(some, read, list.keyOf));
      isReplaced ||= hasNewer(some, read, list.keyOf);
    }
    if (!isReplaced || attempt === mostAttempts) return { found, newest };
    const again = await list.find(limit, after);
    // The newer rows do not pass the filter, or lie elsewhere.
    if (isSame(again, found, list.keyOf)) return { found, newest };
    found = again;
  }
}

/** Whether a row that was read is newer than all that were found under its key. */
function hasNewer<Found extends Versioned, Row extends Versioned>(
  found: readonly Found[],
  read: readonly Row[],
  keyOf: (row: Found | Row) => string,
): boolean {
  const greatest = new Map<string, bigint>();
  for (const one of found) {
    const [key, version] = [keyOf(one), BigInt(one.version)];
    if (version > (greatest.get(key) ?? -1n)) greatest.set(key, version);
  }
  return read.some((row) => BigInt(row.version) > (greatest.get(keyOf(row)) ?? BigInt(row.version)));
}

function isSame<Found extends Versioned>(
  one: readonly Found[],
  other: readonly Found[],
  keyOf: (row: Found) => string,
): boolean {
  if (one.length !== other.length) return false;
  return one.every((row, at) => {
    const twin = other[at];
    return twin !== undefined && twin.version === row.version && keyOf(twin) === keyOf(row);
  });
}

/** Without the rows that lie where the last one does. */
function withoutLast<Found extends Versioned>(
  found: readonly Found[],
  together: List<Found, Versioned>["together"],
): Found[] {
  const last = found.at(-1);
  return last === undefined ? [] : found.filter((one) => !together(one, last));
}

/** In the order in which they were found, each once. */
function newestOf<Found extends Versioned, Row extends Versioned>(
  found: readonly Found[],
  read: readonly Row[],
  keyOf: (row: Found | Row) => string,
): Row[] {
  const versioned = (row: Found | Row) => `${row.version} ${keyOf(row)}`;
  const rows = new Map(read.map((row) => [versioned(row), row]));
  return [...new Set(found.map(versioned))].flatMap((one) => rows.get(one) ?? []);
}

/** Epoch milliseconds as an element of a parameter of the type Array(DateTime64(3, 'UTC')). */
export const timeElement = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, -1);
