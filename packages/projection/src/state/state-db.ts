import type { ClickHouse } from "@portalstream/clickhouse";

/** The tables as a fold uses them. */
export type StateDb = Pick<ClickHouse, "insert" | "lines">;

/** The rows of an answer, each an array of values. One at a time: all of them at once would outlive the young generation. */
export function* rowsOf(answer: Uint8Array): Generator<unknown[]> {
  const lines = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  for (let start = 0; start < lines.length; ) {
    const newline = lines.indexOf(0x0a, start);
    const end = newline < 0 ? lines.length : newline;
    if (end > start) yield JSON.parse(lines.toString("utf8", start, end));
    start = end + 1;
  }
}
