import { writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEmbeddedLog } from "../src/lmdb/open-embedded-log.ts";
import { openSpooledLog } from "../src/spool/open-spooled-log.ts";
import { network, type Weather } from "./network.ts";

// A process to be killed while its way to the remote comes and goes. It tells each value that was acknowledged, and the mode.

export type SpoolOrder = { path: string; run: number; topic: string; callers: number; outageMs: number };

const order: SpoolOrder = JSON.parse(process.argv[2] ?? "");
const tell = (what: unknown) => writeSync(1, `${JSON.stringify(what)}\n`);
const remote = await openEmbeddedLog({
  kind: "embedded",
  path: join(order.path, "remote"),
  partitions: 3,
  role: "writer",
});
let weather: Weather = { kind: "refuses" };
const log = await openSpooledLog({
  path: join(order.path, "spool"),
  prefix: "",
  openRemote: async () => ({ log: network(remote, () => weather), cluster: "" }),
  patienceMs: 50,
  longestPauseMs: 50,
  onMode: (mode) => tell({ kind: "mode", mode }),
});

async function call(caller: number): Promise<void> {
  // Not one after the other: several appends of the key are in flight when it ends.
  const turns = Array.from({ length: 4 }, (): Promise<unknown> => Promise.resolve());
  for (let count = 0; ; count++) {
    const turn = count % turns.length;
    await turns[turn];
    const text = `${order.run}/${count}`;
    const appending = log.append(order.topic, [{ key: `key ${caller}`, value: Buffer.from(text) }]);
    turns[turn] = appending.then(() => tell({ kind: "kept", key: `key ${caller}`, text }));
  }
}

for (let caller = 0; caller < order.callers; caller++) void call(caller);
for (let outage = 0; ; outage++) {
  weather = outage % 2 === 0 ? { kind: "refuses" } : { kind: "hangs" };
  await sleep(order.outageMs);
  weather = { kind: "fair" };
  // However long draining takes on this machine: the process is to be met in both modes.
  while (log.status().mode !== "direct") await sleep(5);
  await sleep(order.outageMs);
}
