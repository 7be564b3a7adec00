import { sessionsProjection } from "@portalstream/sessions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { customerSays, eventOf, simulatedEvents } from "../../test/events.ts";
import { Installation } from "../../test/installation.ts";
import { rebuild, rollback, verify } from "../index.ts";

let one: Installation;
beforeAll(async () => {
  one = await Installation.open();
  await one.append(simulatedEvents(9, 2, 4));
  await one.project();
});
afterAll(() => one.dispose());

const own = () => one.world([sessionsProjection]);
/** A migration of a table that every program can write to. */
const migrateTo = (type: string) => one.db.command(`ALTER TABLE facts MODIFY COLUMN author_name ${type}`);
const type = async () => {
  const found = await one.db.query<{ type: string }>(
    "SELECT type FROM system.columns WHERE database = currentDatabase() AND table = 'facts' AND name = 'author_name'",
  );
  return found[0]?.type;
};
const [old, today] = ["String", "LowCardinality(String)"];

test("a rebuild whose tables a migration came between does not take place", async () => {
  let comparing = false;
  const onProgress = ({ phase }: { phase: string }) => {
    comparing ||= phase === "compare";
  };
  let migrated: Promise<void> | null = null;
  const command = async (sql: string) => {
    // The rebuild goes on when the migration is over.
    if (comparing) migrated ??= migrateTo(today);
    await migrated;
    await one.db.command(sql);
  };
  await expect(rebuild({ ...own(), onProgress, db: { ...one.db, command } })).rejects.toMatchObject({
    code: "layout_changed",
    retriable: false,
    message: expect.stringContaining("facts"),
  });
  expect([await type(), await one.leftovers()]).toEqual([today, []]);
  await rebuild(own());
  expect(await type()).toBe(today);
});

test("a rollback to tables of before a migration does not take place", async () => {
  await migrateTo(old);
  const before = [await one.contents(), await one.leftovers()];
  await expect(rollback(own())).rejects.toMatchObject({ code: "layout_changed" });
  expect([await one.contents(), await one.leftovers()]).toEqual(before);
  expect(await verify(own())).toMatchObject({ verdict: "ok" });
});

test("an exchange that a migration came amid is left where it is, and the next rebuild goes on with today's tables", async () => {
  let met = 0;
  const command = async (sql: string) => {
    if (sql.startsWith("EXCHANGE") && ++met === 2) throw new Error("the server went away");
    await one.db.command(sql);
  };
  await expect(rebuild({ ...own(), db: { ...one.db, command } })).rejects.toThrow("went away");
  await migrateTo(today);
  await one.append([eventOf(customerSays("amid", "amid the exchange"))]);
  await one.project();
  await rebuild(own());
  expect([await type(), await verify(one.world())]).toMatchObject([today, { verdict: "ok" }]);
  const found = await one.db.query("SELECT text FROM facts FINAL WHERE text = 'amid the exchange'");
  expect(found).toHaveLength(1);
});
