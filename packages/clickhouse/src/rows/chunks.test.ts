import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { giveBack, takeChunk } from "./chunks.ts";

const mebibyte = 1024 * 1024;

test("memory that is given back is used again", () => {
  const taken = Array.from({ length: 3 }, () => takeChunk(1));
  giveBack(taken);
  const again = Array.from({ length: 3 }, () => takeChunk(1));
  expect(new Set(again.map(({ buffer }) => buffer))).toEqual(new Set(taken.map(({ buffer }) => buffer)));
  giveBack(again);
});

test("a block that is larger than a chunk gets memory of its own, which is not kept", () => {
  const large = takeChunk(9 * mebibyte);
  expect(large.length).toBe(9 * mebibyte);
  giveBack([large]);
  expect(takeChunk(1).buffer).not.toBe(large.buffer);
});

test("memory that is lost, as after failed inserts, does not pile up", async () => {
  let most = 0;
  for (let lost = 0; lost < 2_000; lost++) {
    takeChunk(1);
    if (lost % 16 === 0) await nextTurn();
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }
  // Of 8 GB.
  expect(most).toBeLessThan(2_000 * mebibyte);
});
