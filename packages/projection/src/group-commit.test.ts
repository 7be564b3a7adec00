import { expect, test } from "vitest";
import { GroupCommit } from "./group-commit.ts";

/** Commits each group when it is released. */
function held(maxSize: number) {
  const groups: { items: readonly string[]; release: (error?: Error) => void }[] = [];
  const commits = new GroupCommit<string>(maxSize, (items) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    groups.push({ items, release: (error) => (error === undefined ? resolve() : reject(error)) });
    return promise;
  });
  return { commits, groups, groupsOf: () => groups.map(({ items }) => items.join("")) };
}

test("items that arrive during a commit are committed together afterwards, in order", async () => {
  const { commits, groups, groupsOf } = held(10);
  const first = commits.add("a", 1);
  const others = ["b", "c", "d"].map((item) => commits.add(item, 1));
  expect(groupsOf()).toEqual(["a"]);
  groups[0]?.release();
  await first;
  await expect.poll(groupsOf).toEqual(["a", "bcd"]);
  groups[1]?.release();
  await Promise.all(others);
  const next = commits.add("e", 1);
  await expect.poll(groupsOf).toEqual(["a", "bcd", "e"]);
  groups[2]?.release();
  await next;
});

test("a group is not larger than its limit, an item of any size is committed", async () => {
  const { commits, groups, groupsOf } = held(3);
  const all = [commits.add("a", 1), commits.add("b", 2), commits.add("c", 2), commits.add("d", 9)];
  for (let group = 0; group < 4; group++) {
    await expect.poll(() => groups.length).toBe(group + 1);
    groups[group]?.release();
  }
  await Promise.all(all);
  expect(groupsOf()).toEqual(["a", "b", "c", "d"]);
});

test("an item that cannot be committed fails alone", async () => {
  const committed: string[] = [];
  const commits = new GroupCommit<string>(10, async (items) => {
    if (items.includes("bad")) throw new Error(`cannot commit ${items}`);
    committed.push(...items);
  });
  const all = ["a", "b", "bad", "c"].map((item) => commits.add(item, 1));
  const ended = await Promise.allSettled(all);
  expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(ended[2]).toMatchObject({ reason: { message: "cannot commit bad" } });
  expect(committed).toEqual(["a", "b", "c"]);
});

test("where the next attempt may succeed, all items of the group fail after one attempt", async () => {
  const attempts: string[] = [];
  const commits = new GroupCommit<string>(10, async (items) => {
    attempts.push(items.join(""));
    if (attempts.length > 1) throw Object.assign(new Error("away"), { retriable: true });
  });
  const all = ["a", "b", "c"].map((item) => commits.add(item, 1));
  const ended = await Promise.allSettled(all);
  expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(attempts).toEqual(["a", "bc"]);
});
