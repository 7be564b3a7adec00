import { type ClickHouse, linesOf } from "@portalstream/clickhouse";

/** The tables as a fold uses them. */
export type StateDb = Pick<ClickHouse, "insert" | "lines">;

/** The rows of an answer, each an array of values. One at a time: all of them at once would outlive the young generation. */
export function* rowsOf(answer: Uint8Array): Generator<unknown[]> {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  for (const line of linesOf(bytes)) yield JSON.parse(line);
}
