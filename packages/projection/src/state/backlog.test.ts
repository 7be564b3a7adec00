import type { Chunks } from "@portalstream/clickhouse";
import { afterEach, expect, test } from "vitest";
import { simulatedEvents } from "../../test/events.ts";
import { bothProjections, Installation } from "../../test/installation.ts";
import type { ProjectionObservation } from "../run-projection.ts";
import { verify } from "../verify/verify.ts";
import type { BacklogRules } from "./backlog.ts";

/** Few enough that several batches are far behind. */
const small: BacklogRules = { records: 30, batchRecords: 5, foldAfterMs: 600_000 };

const opened: Installation[] = [];
async function open(folder?: string): Promise<Installation> {
  const one = await Installation.open(folder);
  opened.push(one);
  return one;
}
afterEach(async () => {
  for (const one of opened.splice(0)) await one.dispose();
});

const events = simulatedEvents(31, 3, 6);

/** Before others are opened: a process has one engine. */
async function projectedAtOnce(): Promise<string> {
  const one = await Installation.open();
  await one.append(events);
  await one.project();
  const contents = await one.contents();
  await one.dispose();
  return contents;
}

const pendingOf = (one: Installation) => one.db.query("SELECT * FROM pending_folds FINAL WHERE folded = 0");

test("a backlog is folded at its end, and state is what it is without one", async () => {
  const expected = await projectedAtOnce();
  const one = await open();
  await one.append(events);
  const folded: ProjectionObservation[] = [];
  await one.start(bothProjections, {
    backlog: small,
    maxRecords: 20,
    observe: (what) => {
      if (what.kind === "fold") folded.push(what);
    },
  });
  await one.settled();
  const facts = folded.reduce((sum, one) => sum + (one.kind === "fold" ? one.facts : 0), 0);
  expect(facts).toBeGreaterThan(events.length);
  expect(await pendingOf(one)).toEqual([]);
  expect(await verify(one.world())).toMatchObject({ verdict: "ok" });
  await one.stop();
  expect(await one.contents()).toBe(expected);
});

test("a backlog behind state that is there already refolds the chats that it tells of", async () => {
  const one = await open();
  const half = events.filter((_, at) => at % 2 === 0);
  await one.append(half);
  await one.project();
  await one.append(events.filter((_, at) => at % 2 === 1));
  await one.start(bothProjections, { backlog: small, maxRecords: 20 });
  await one.settled();
  expect(await verify(one.world())).toMatchObject({ verdict: "ok" });
});

test("what is pending when a process ends is folded by the next one, though no more records come", async () => {
  const expected = await projectedAtOnce();
  const one = await open();
  await one.append(events);
  // State cannot be written: the group stands at its last batches, and all others have left their state for later.
  const insert = (table: string, rows: Chunks) => {
    if (bothProjections.some(({ state }) => state.tables.includes(table)))
      return Promise.reject(new Error("the process ends here"));
    return one.db.insert(table, rows);
  };
  const failures: unknown[] = [];
  await one.start(bothProjections, {
    backlog: small,
    maxRecords: 20,
    db: { insert, lines: (sql, params) => one.db.lines(sql, params) },
    observe: (what) => {
      if (what.kind === "failure") failures.push(what);
    },
  });
  await expect.poll(() => failures.length, { timeout: 60_000 }).toBeGreaterThan(2);
  await one.stop();
  expect(await pendingOf(one)).not.toEqual([]);
  await one.start(bothProjections, { backlog: { ...small, records: 1_000_000 } });
  await one.settled();
  expect(await verify(one.world())).toMatchObject({ verdict: "ok" });
  expect(await pendingOf(one)).toEqual([]);
  await one.stop();
  expect(await one.contents()).toBe(expected);
});
