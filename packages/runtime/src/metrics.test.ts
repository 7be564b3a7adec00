import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { atScrape } from "./metrics.ts";

test("what is asked for at a scrape is not asked for again before its time", async () => {
  let asked = 0;
  const collect = atScrape(150, 1_000, async () => void asked++);
  await collect();
  await collect();
  expect(asked).toBe(1);
  await sleep(200);
  await collect();
  expect(asked).toBe(2);
});

test("a source that does not answer holds one scrape up, for its patience, and is not asked twice at once", async () => {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const collect = atScrape(0, 100, () => {
    asked++;
    return promise;
  });
  const started = performance.now();
  await collect();
  expect(performance.now() - started).toBeLessThan(400);
  const again = performance.now();
  await collect();
  expect(performance.now() - again).toBeLessThan(100);
  expect(asked).toBe(1);
  resolve();
  await sleep(1);
  await collect();
  expect(asked).toBe(2);
});

test("a source that fails fails no scrape", async () => {
  const collect = atScrape(0, 100, () => Promise.reject(new Error("away")));
  await expect(collect()).resolves.toBeUndefined();
});
