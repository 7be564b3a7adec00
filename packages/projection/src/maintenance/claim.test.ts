import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation } from "../../test/installation.ts";
import { Claim, refuseDuringMaintenance } from "./claim.ts";
import { type Run, readRuns, writeRun } from "./ledger.ts";

/** Where nobody is alive, or nobody else is there. */
const leaseMs = 300;
/** Where one that lives must be seen to: it must show so within the lease, however slow this machine is. */
const longLeaseMs = 8_000;
let one: Installation;
beforeAll(async () => {
  one = await Installation.open();
});
afterAll(() => one.dispose());

const states = async (projection: string) => (await readRuns(one.db, projection)).map(({ state }) => state);

test("of two runs the one that came first goes on", async () => {
  const first = await Claim.take(one.db, "first", "building", longLeaseMs);
  await expect(Claim.take(one.db, "first", "verifying", longLeaseMs)).rejects.toMatchObject({
    code: "maintenance_running",
  });
  await first.confirm();
  await first.end();
  const next = await Claim.take(one.db, "first", "verifying", leaseMs);
  await next.end();
  expect(await states("first")).toEqual(["ended", "ended"]);
});

test("of two runs that start at once no more than one goes on", async () => {
  const taken = await Promise.allSettled([1, 2].map(() => Claim.take(one.db, "race", "building", leaseMs)));
  const claims = taken.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const sure = await Promise.allSettled(claims.map((claim) => claim.confirm()));
  expect(sure.filter(({ status }) => status === "fulfilled").length).toBe(1);
  for (const claim of claims) await claim.end();
});

test("runs of other projections are nobody's business", async () => {
  const claims = await Promise.all(["a", "b"].map((name) => Claim.take(one.db, name, "building", leaseMs)));
  for (const claim of claims) await claim.end();
});

test("a run that was stopped for longer than its lease is taken over, and learns of it when it wakes", async () => {
  const { db } = one;
  let written = 0;
  const sleepy = {
    ...db,
    // Stopped as soon as it has claimed: no sign of life is on its way.
    insertJson: (...row: Parameters<typeof db.insertJson>) =>
      written++ === 0 ? db.insertJson(...row) : new Promise<void>(() => {}),
  };
  const zombie = await Claim.take(sleepy, "zombie", "building", leaseMs);
  await sleep(leaseMs);
  const heir = await Claim.take(db, "zombie", "building", leaseMs);
  await expect(zombie.confirm()).rejects.toMatchObject({ code: "maintenance_taken_over" });
  await heir.confirm();
  await heir.end();
});

test("tables must not be changed while a run on them lives, and may when it is over or dead", async () => {
  const may = (within: number) =>
    refuseDuringMaintenance(one.db, [{ name: "others" }, { name: "changed" }], within);
  await may(leaseMs);
  const claim = await Claim.take(one.db, "changed", "building", longLeaseMs);
  await expect(may(longLeaseMs)).rejects.toMatchObject({ code: "maintenance_running" });
  await claim.end();
  await may(leaseMs);
  const dead: Run = {
    ...claim.row,
    run: `${claim.run}-dead`,
    state: "exchanging",
  };
  await writeRun(one.db, dead);
  await may(leaseMs);
});
