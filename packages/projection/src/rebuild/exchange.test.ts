import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouse } from "@portalstream/clickhouse";
import { sessionsProjection } from "@portalstream/sessions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { customerSays, eventOf, simulatedEvents } from "../../test/events.ts";
import { Installation } from "../../test/installation.ts";
import { wrongTables } from "../../test/right-tables.ts";
import { rebuild, rollback, verify } from "../index.ts";

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
function breaking(pattern: RegExp, nth: number): ClickHouse {
  let met = 0;
  return {
    ...one.db,
    command: async (sql) => {
      if (pattern.test(sql)) {
        met += 1;
        await tell();
        await one.settled();
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
  ["the last", 8],
])(
  "an exchange that breaks off at %s table leaves right tables, and is finished by the next run",
  {
    timeout: 60_000,
  },
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
    expect(await one.leftovers()).toEqual(sessionsProjection.tables.map((table) => `${table}__old`).sort());
  },
);

test.each([
  ["the first", 1],
  ["the third", 3],
])(
  "a rollback that breaks off at %s table leaves right tables, and is finished by the next",
  {
    timeout: 60_000,
  },
  async (_name, nth) => {
    await rebuild(own());
    await one.start();
    await tell();
    await expect(rollback({ ...own(), db: breaking(/^EXCHANGE/, nth) })).rejects.toThrow("went away");
    await rightWhateverComes();
    await rollback(own());
    await rightWhateverComes();
    await one.stop();
    expect(await one.leftovers()).toEqual([]);
    await expect(rollback(own())).rejects.toMatchObject({ code: "nothing_to_roll_back" });
  },
);

test("a rebuild that waits for a live projection which does not run tells how far that is behind", async () => {
  await tell();
  await sleep(1);
  const [result] = await rebuild({ ...own(), liveWaitMs: 100 });
  expect(result?.liveLag).toBe(1);
  await one.project();
  expect(await wrongTables(one)).toEqual([]);
  expect(await verify(one.world())).toMatchObject({ verdict: "ok" });
});
