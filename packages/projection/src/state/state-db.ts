import type { ClickHouse } from "@portalstream/clickhouse";

/** The tables as a fold uses them. */
export type StateDb = Pick<ClickHouse, "insert" | "lines">;

/** The rows of an answer's text, each an array of values. One at a time: all of them at once would outlive the young generation. */
export function* rowsOf(lines: string): Generator<unknown[]> {
  for (let start = 0; start < lines.length; ) {
    const newline = lines.indexOf("\n", start);
    const end = newline < 0 ? lines.length : newline;
    if (end > start) yield JSON.parse(lines.slice(start, end));
    start = end + 1;
  }
}
