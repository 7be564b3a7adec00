import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { tablesCheck } from "./tables.ts";

test("many who ask whether the tables answer make one statement; a failure is not kept", async () => {
  let asked = 0;
  let away = false;
  const check = tablesCheck({
    query: async () => {
      asked += 1;
      await sleep(5);
      if (away) throw new Error("away");
      return [];
    },
  });
  await Promise.all(Array.from({ length: 50 }, check));
  await check();
  expect(asked).toBe(1);
  away = true;
  while (
    await check().then(
      () => true,
      () => false,
    )
  )
    await sleep(20);
  expect(asked).toBe(2);
  await expect(check()).rejects.toThrow("away");
  expect(asked).toBe(3);
});
