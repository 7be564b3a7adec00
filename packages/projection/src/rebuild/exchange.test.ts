import type { ClickHouse } from "@portalstream/clickhouse";
import { sessionsProjection } from "@portalstream/sessions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { customerSays, eventOf, simulatedEvents } from "../../test/events.ts";
import { Installation } from "../../test/installation.ts";
import { wrongState, wrongTables } from "../../test/right-tables.ts";
import { type MaintenanceProgress, rebuild, rollback, verify } from "../index.ts";
import { allTablesOf } from "../projection.ts";

let one: Installation;
beforeAll(async () => {
  one = await Installation.open();
  await one.append(simulatedEvents(9, 2, 4));
  await one.project();
});
afterAll(() => one.dispose());

const own = () => one.world([sessionsProjection]);
let told = 0;
const tell = () => one.append([eventOf(customerSays(`t-${told++}`, "told meanwhile"), `portal-${told % 3}`)]);

/** Fails at the statement that matches for the nth time, after more was projected. */
function breaking(pattern: RegExp, nth: number, settle = () => one.settled()): ClickHouse {
  let met = 0;
  return {
    ...one.db,
    command: async (sql) => {
      if (pattern.test(sql)) {
        met += 1;
        await tell();
        await settle();
        if (met === nth) throw new Error("the server went away");
      }
      await one.db.command(sql);
    },
  };
}

const rightWhateverComes = async () => {
  expect(await wrongTables(one)).toEqual([]);
  await tell();
  await one.settled();
  expect(await wrongTables(one)).toEqual([]);
};

test.each([
  ["the first", 1],
  ["the third", 3],
  ["the last", allTablesOf(sessionsProjection).length],
])(
  "an exchange that breaks off at %s table leaves right tables, and is finished by the next run",
  async (_name, nth) => {
    await one.start();
    await expect(rebuild({ ...own(), db: breaking(/^EXCHANGE/, nth) })).rejects.toThrow("went away");
    await rightWhateverComes();
    await expect(verify(own())).rejects.toMatchObject({ code: "exchange_unfinished" });
    // Finishes the exchange and fails at its own.
    await expect(rebuild({ ...own(), db: breaking(/^CREATE TABLE \w+__rebuild_/, 1) })).rejects.toThrow(
      "went away",
    );
    await rightWhateverComes();
    await one.stop();
    expect(await verify(own())).toMatchObject({ verdict: "ok" });
    expect(await one.leftovers()).toEqual(
      allTablesOf(sessionsProjection)
        .map((table) => `${table}__old`)
        .sort(),
    );
  },
);

test.each([
  ["the first", 1],
  ["the third", 3],
])(
  "a rollback that breaks off at %s table leaves right tables, and is finished by the next",
  async (_name, nth) => {
    await rebuild(own());
    await one.start();
    await tell();
    await expect(rollback({ ...own(), db: breaking(/^EXCHANGE/, nth) })).rejects.toThrow("went away");
    await rightWhateverComes();
    await rollback(own());
    await rightWhateverComes();
    expect(await wrongState(one)).toEqual([]);
    await one.stop();
    expect(await one.leftovers()).toEqual([]);
    await expect(rollback(own())).rejects.toMatchObject({ code: "nothing_to_roll_back" });
  },
);

test.each(["rebuild", "rollback"])(
  "a %s that the next run finishes holds what was inserted past its mirrors",
  async (what) => {
    await one.project();
    if (what === "rollback") await rebuild(own());
    const work = what === "rebuild" ? rebuild : rollback;
    const command = async (sql: string) => {
      if (sql.startsWith("EXCHANGE")) throw new Error("the server went away");
      await one.db.command(sql);
    };
    await expect(work({ ...own(), db: { ...one.db, command } })).rejects.toThrow("went away");
    for (const mirror of (await one.leftovers()).filter((name) => name.includes("__mirror_")))
      await one.db.command(`DROP VIEW ${mirror}`);
    await tell();
    await one.project();
    // Finishes the exchange, and fails before it rebuilds.
    await expect(
      rebuild({ ...own(), db: breaking(/^CREATE TABLE/, 1, () => one.project()) }),
    ).rejects.toThrow("went away");
    expect([...(await wrongTables(one)), ...(await wrongState(one))]).toEqual([]);
  },
);

test("a rebuild does not begin while the live projection stands still behind the log", async () => {
  await tell();
  const before = [await one.contents(), await one.leftovers()];
  const waited: number[] = [];
  const onProgress = ({ phase, total }: MaintenanceProgress) => void (phase === "wait" && waited.push(total));
  await expect(rebuild({ ...own(), liveWaitMs: 1_000, onProgress })).rejects.toMatchObject({
    code: "live_projection_behind",
    retriable: true,
    message: expect.stringContaining("Start the projection, then rebuild"),
  });
  expect(waited).toContain(1);
  expect([await one.contents(), await one.leftovers()]).toEqual(before);
  await one.project();
  await rebuild(own());
  expect(await verify(one.world())).toMatchObject({ verdict: "ok" });
});
