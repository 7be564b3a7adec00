import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { firstOccurrences } from "../../test/network.ts";
import type { SpoolOrder } from "../../test/spool-child.ts";
import { killWhen, until } from "../../test/support.ts";
import { openEmbeddedLog } from "../lmdb/open-embedded-log.ts";
import { openSpooledLog } from "./open-spooled-log.ts";

const script = fileURLToPath(new URL("../../test/spool-child.ts", import.meta.url));
const topic = "killed";
type Line = { kind: "kept"; key: string; text: string } | { kind: "mode"; mode: string };

/** Killed `afterMs` after it had kept something and told that it is in the mode. */
const runAndKill = (order: SpoolOrder, mode: string, afterMs: number) =>
  killWhen<Line>(
    script,
    order,
    (lines) => lines.some(({ kind }) => kind === "kept") && modeOf(lines) === mode,
    afterMs,
  );

const modeOf = (lines: readonly Line[]) => lines.findLast((line) => line.kind === "mode")?.mode ?? "";

const inOrder = (a: string, b: string) => {
  const [runA = 0, countA = 0] = a.split("/").map(Number);
  const [runB = 0, countB = 0] = b.split("/").map(Number);
  return runA - runB || countA - countB;
};

test("kill -9 while spooling and while draining loses nothing and changes no key's order", async () => {
  const path = await mkdtemp(join(tmpdir(), "portalstream-killed-"));
  const kept: (Line & { kind: "kept" })[] = [];
  const last = new Set<string>();
  // On a machine that stands still at times the mode may change before the signal arrives: until both were met.
  for (let run = 0; run < 14 || (last.size < 2 && run < 100); run++) {
    const order = { path, run, topic, callers: 6, outageMs: 120 };
    const direct = run % 3 === 0;
    const lines = await runAndKill(
      order,
      direct ? "direct" : "spooling",
      Math.random() * (direct ? 100 : 500),
    );
    kept.push(...lines.filter((line) => line.kind === "kept"));
    last.add(modeOf(lines));
  }
  const remote = await openEmbeddedLog({
    kind: "embedded",
    path: join(path, "remote"),
    partitions: 3,
    role: "writer",
  });
  const openRemote = async () => ({ log: remote, cluster: "" });
  const log = await openSpooledLog({ path: join(path, "spool"), prefix: "", openRemote });
  await until(() => log.status().mode === "direct");
  expect(log.status().records).toBe(0);
  expect(kept.length).toBeGreaterThan(500);
  expect([...last].sort()).toEqual(["direct", "spooling"]);
  for (let caller = 0; caller < 6; caller++) {
    const arrived = await firstOccurrences(remote, topic, `key ${caller}`);
    expect(arrived).toEqual(arrived.toSorted(inOrder));
    const there = new Set(arrived);
    expect(kept.filter(({ key, text }) => key === `key ${caller}` && !there.has(text))).toEqual([]);
  }
  await log.close();
  await rm(path, { recursive: true });
});
