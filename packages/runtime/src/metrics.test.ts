import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { atScrape } from "./metrics.ts";

test("what is asked for at a scrape is not asked for again before its time", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(5_000);
  let asked = 0;
  const collect = atScrape(150, 1_000, async () => void asked++);
  await collect();
  await collect();
  clock.mockReturnValue(5_149);
  await collect();
  expect(asked).toBe(1);
  clock.mockReturnValue(5_150);
  await collect();
  expect(asked).toBe(2);
  clock.mockRestore();
});

test("a source that does not answer holds one scrape up, for its patience, and is not asked twice at once", async () => {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const collect = atScrape(0, 97, () => {
    asked++;
    return promise;
  });
  // Timers of one process fire in their order, however long it stands still, where nobody else has one of the same duration.
  const ended: string[] = [];
  const early = sleep(89).then(() => ended.push("early"));
  const scrape = collect().then(() => ended.push("scrape"));
  const late = sleep(107).then(() => ended.push("late"));
  await Promise.all([early, scrape, late]);
  expect(ended).toEqual(["early", "scrape", "late"]);
  // Whoever has to wait for anything at all is later than the next turn.
  const again = collect().then(() => "at once");
  expect(await Promise.race([again, nextTurn("held up")])).toBe("at once");
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
