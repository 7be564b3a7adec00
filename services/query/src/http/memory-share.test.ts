import { totalmem } from "node:os";
import { boundedAtOnce, type ClickHouse, ClickHouseFailure } from "@portalstream/clickhouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDb } from "../../test/facts.ts";
import { withinEngine } from "./memory-share.ts";

let db: ClickHouse;
beforeAll(async () => {
  db = await openTestDb();
});
afterAll(() => db.close());

const unbounded = { seconds: 30, memoryBytes: Number.MAX_SAFE_INTEGER };
const engineWith = (bytes: number): Pick<ClickHouse, "query"> => ({
  query: (sql, params) => db.query(sql.replace(/FROM.*/s, `FROM VALUES('value String', '${bytes}')`), params),
});

test("all statements that run at once have room in the engine, whatever the setting says", async () => {
  const { seconds, memoryBytes } = await withinEngine(db, unbounded);
  expect(seconds).toBe(30);
  expect(memoryBytes * boundedAtOnce).toBeLessThan(totalmem() / 2);
  expect(memoryBytes).toBeGreaterThanOrEqual(2 ** 26);
  const small = await withinEngine(engineWith(2 ** 32), unbounded);
  expect(small.memoryBytes * boundedAtOnce).toBeLessThan(2 ** 32 * 0.7);
});

test("a setting that is less holds, and so does any where the engine has no bound or does not tell it", async () => {
  const set = { seconds: 30, memoryBytes: 2 ** 26 };
  expect(await withinEngine(db, set)).toEqual(set);
  expect(await withinEngine(engineWith(0), unbounded)).toEqual(unbounded);
  const failing = (code: string) => ({ query: () => Promise.reject(new ClickHouseFailure(code, "refused")) });
  expect(await withinEngine(failing("497"), unbounded)).toEqual(unbounded);
  await expect(withinEngine(failing("unreachable"), unbounded)).rejects.toThrow("refused");
});
