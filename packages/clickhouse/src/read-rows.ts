import type { Pace } from "./turns.ts";

/** Rows in JSONEachRow, a text each. What comes at once must be short, or be made while it is read. */
export type RowTexts = AsyncIterable<Iterable<string>>;

/** The rows of an answer, parsed in slices: a large answer must not hold the thread up. */
export async function readRows<Row>(texts: RowTexts, pace: Pace): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const some of texts)
    for (const text of some) {
      if (pace.over) await pace.next();
      rows.push(JSON.parse(text));
    }
  return rows;
}

/** The lines of a long text in UTF-8. Decoded line by line: decoding all of it would take long. */
export function* linesOf(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) yield bytes.toString("utf8", start, end);
    start = end + 1;
  }
}
