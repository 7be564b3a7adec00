import { expect, test } from "vitest";
import { ownPace } from "../../test/facts.ts";
import { latestRows } from "./latest-rows.ts";

type Item = { at: number; key: string; version: string };

/** A table with these rows, in the list's order. */
function listOf(rows: readonly Item[]) {
  const read: number[] = [];
  const find = async (limit: number, after: Item | null) =>
    rows.filter(({ at }) => after === null || at < after.at).slice(0, limit);
  const newest = (key: string) =>
    rows.filter((row) => row.key === key).reduce((a, b) => (Number(a.version) >= Number(b.version) ? a : b));
  return {
    read,
    list: {
      find,
      together: (one: Item, other: Item) => one.at === other.at,
      read: async (found: readonly Item[]) => {
        read.push(found.length);
        return [...new Set(found.map(({ key }) => key))].map(newest).reverse();
      },
      keyOf: ({ key }: Item) => key,
    },
  };
}
const row = (at: number, key: string, version = 1): Item => ({ at, key, version: String(version) });
const keys = (rows: readonly Item[]) => rows.map(({ key }) => key);

test("rows come in the order in which they are found, replaced ones not at all", async () => {
  const { list } = listOf([row(9, "a", 1), row(8, "b"), row(7, "a", 2), row(6, "c"), row(6, "d")]);
  expect(keys(await latestRows(10, ownPace(), list))).toEqual(["b", "a", "c", "d"]);
});

test("a row that was found twice is told once", async () => {
  const { list } = listOf([row(9, "a"), row(9, "a"), row(8, "b")]);
  expect(keys(await latestRows(10, ownPace(), list))).toEqual(["a", "b"]);
});

test("rows of one position are not torn apart by a limit, however many there are", async () => {
  const many = Array.from({ length: 500 }, (_, at) => row(5, `k${at}`));
  const { list } = listOf([row(9, "a"), ...many, row(1, "z")]);
  expect(keys(await latestRows(2, ownPace(), list)).slice(0, 3)).toEqual(["a", "k0", "k1"]);
  expect(keys(await latestRows(10_000, ownPace(), list))).toEqual(["a", ...keys(many), "z"]);
});

test("where most rows were replaced, few rounds find the others, and no more is read than is wanted", async () => {
  const replaced = Array.from({ length: 30_000 }, (_, at) => row(100_000 - at, `k${at}`, 1));
  const newer = replaced.map(({ key }, at) => row(50_000 - at, key, 2));
  const { list, read } = listOf([...replaced, ...newer]);
  // Two looks at each row would be quadratic in this test's table.
  const versions = new Map([...replaced, ...newer].map((one) => [one.key, one]));
  const found = await latestRows(3, ownPace(), {
    ...list,
    read: async (some) => {
      read.push(some.length);
      return some.flatMap(({ key }) => versions.get(key) ?? []);
    },
  });
  expect(keys(found).slice(0, 3)).toEqual(["k0", "k1", "k2"]);
  expect(read.length).toBeLessThan(30);
  expect(Math.max(...read)).toBeLessThanOrEqual(2_000);
});

test("a row that is replaced between finding and reading is listed with what it says now", async () => {
  const rows = [row(9, "a"), row(8, "b"), row(7, "c")];
  const { list } = listOf(rows);
  let isRead = false;
  const found = await latestRows(10, ownPace(), {
    ...list,
    read: (some) => {
      if (!isRead) rows.splice(2, 0, row(8, "b", 2));
      isRead = true;
      return list.read(some);
    },
  });
  expect(found.map(({ key, version }) => `${key}${version}`)).toEqual(["a1", "b2", "c1"]);
});

test("what is done with many rows is done in slices", async () => {
  const rows = Array.from({ length: 5_000 }, (_, at) => row(5_000 - at, `k${at}`));
  const { list } = listOf(rows);
  let slices = 0;
  const pace = {
    over: true,
    next: async () => {
      slices += 1;
    },
  };
  const read = async (some: readonly Item[]) => [...some];
  expect(await latestRows(5_000, pace, { ...list, read })).toEqual(rows);
  // Every row is looked at as one that was read and as one that was found.
  expect(slices).toBe(10_000);
});
