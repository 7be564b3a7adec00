import { expect, test } from "vitest";
import { collect } from "../../test/support.ts";
import type { LogRecord } from "../port.ts";
import { type Fetched, readRange } from "./fetcher.ts";

const record = (offset: number): LogRecord => ({
  partition: 0,
  offset,
  key: "k",
  timestamp: 0,
  value: new Uint8Array(),
});

/** A partition of ten offsets of which some are there, that answers as a broker may: a piece, nothing, or not now. */
function partition(there: readonly number[], answers: (from: number, time: number) => Partial<Fetched>) {
  let time = 0;
  return {
    fetch: async (_topic: string, _partition: number, from: number): Promise<Fetched> => {
      const records = there
        .filter((offset) => offset >= from)
        .slice(0, 2)
        .map(record);
      return { records, end: 10, held: false, ...answers(from, time++) };
    },
  };
}
const read = async (of: ReturnType<typeof partition>) =>
  (await collect(readRange(of, "t", 0, 0, 10))).map(({ offset }) => offset);

test("a batch that compaction has emptied does not end the reading", async () => {
  const there = [0, 1, 6, 8, 9];
  const emptied = (from: number) => (from >= 2 && from < 6 ? { records: [] } : {});
  expect(await read(partition(there, emptied))).toEqual(there);
  expect(await read(partition([], () => ({ records: [] })))).toEqual([]);
});

test("what a broker holds back is asked for again", async () => {
  const there = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const slowed = (_from: number, time: number) => (time % 2 === 0 ? { records: [], held: true } : {});
  expect(await read(partition(there, slowed))).toEqual(there);
});
