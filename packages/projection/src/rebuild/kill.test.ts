import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { simulatedEvents } from "../../test/events.ts";
import { Installation } from "../../test/installation.ts";
import { rebuild, verify } from "../index.ts";

// Slow: every kill costs a start of the engine.
const child = fileURLToPath(new URL("../../test/killed-child.ts", import.meta.url));

/** Runs the command in a process that kills itself at its Nth step (0: never); resolves with what it printed. */
function run(folder: string, command: "rebuild" | "rollback", step: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [child, folder, command, String(step)], (error, stdout, stderr) => {
      const killed = error !== null && error.signal === "SIGKILL";
      if (error === null ? step !== 0 : !killed)
        reject(new Error(`${command} at ${step}: ${error?.message} ${stderr}`));
      else resolve(stdout.trim().split("\n"));
    });
  });
}

const soundTables = JSON.stringify({ left: [], grown: [] });

/** Steps of a small linear congruential generator: the same kills every time. */
function* randoms(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test("killed at any step, rebuild and rollback leave right tables behind, and the next run succeeds", async () => {
  const folder = await mkdtemp(join(tmpdir(), "portalstream-killed-"));
  const first = await Installation.open(folder);
  await first.append(simulatedEvents(3, 2, 4));
  await first.project();
  await first.close();

  const [sound, last] = await run(folder, "rebuild", 0);
  expect(sound).toBe(soundTables);
  const steps: number = JSON.parse(last ?? "{}").heard;
  const random = randoms(20_261_121);
  // Every second kill in the latter half, where tables are exchanged.
  for (let kill = 0; kill < 12; kill += 1) {
    const from = kill % 2 === 0 ? 1 : Math.floor(steps / 2);
    const step = from + Math.floor(random.next().value * (steps - from));
    expect(await run(folder, "rebuild", step)).toEqual([soundTables]);
  }
  expect((await run(folder, "rebuild", 0))[0]).toBe(soundTables);
  for (const step of [2, 5, 9, 14]) {
    expect(await run(folder, "rollback", step)).toEqual([soundTables]);
    expect((await run(folder, "rebuild", 0))[0]).toBe(soundTables);
  }

  const after = await Installation.open(folder);
  await rebuild(after.world());
  expect(await verify(after.world())).toMatchObject({ verdict: "ok" });
  expect((await after.leftovers()).filter((name) => !name.endsWith("__old"))).toEqual([]);
  await after.dispose();
});
