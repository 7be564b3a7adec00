import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stack } from "../stacks/stack.ts";
import { startStack } from "../stacks/start.ts";
import { killLoop } from "./kill-loop.ts";

// Slow: every kill costs a start. `npm run soak` does 50 and more.
const kills = 12;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.dispose());

test("whatever was answered 200 is in the answers exactly once, however often the process is killed", async () => {
  const report = await killLoop(stack, { kills, seed: 20_261_121 });
  expect(report.accepted).toBeGreaterThan(100);
  expect(report).toMatchObject({ kills, lost: [], twice: [], unexplained: 0 });
});

test("SIGTERM finishes what is in flight and exits with 0", async () => {
  expect(await stack.stop()).toBe(0);
});
