import { setTimeout as sleep } from "node:timers/promises";
import { type ChaosReport, type ChaosWorld, prove } from "../chaos-world.ts";
import { type Load, startLoad } from "../load.ts";

export type Scenario = {
  /** The property that must hold. */
  name: string;
  brokers: 1 | 3;
  /** `run`: another name for each run on one world; `random`: the next number of the seed's sequence. */
  run(world: ChaosWorld, run: string, random: () => number): Promise<ChaosReport>;
};

/** Beyond the session timeout of a consumer (10 s). */
export const beyondSessionMs = 12_000;

/** Lets something happen in the middle of a load, then proves that it did no harm. Every answer must be 200. */
export async function underLoad(
  world: ChaosWorld,
  run: string,
  happens: (load: Load) => Promise<void>,
): Promise<ChaosReport> {
  const load = await startLoad(world.stack, { name: run });
  try {
    await load.untilAccepted(100);
    await happens(load);
    // The product goes on: not only what was there before is kept.
    await within(120_000, load.untilAccepted(100), "no webhook was accepted afterwards");
  } finally {
    await load.stop();
  }
  const refused = Object.fromEntries(load.sent.refused);
  if (load.sent.refused.size > 0) throw new Error(`webhooks were refused: ${JSON.stringify(refused)}`);
  return prove(world, load);
}

export async function within<Value>(ms: number, promise: Promise<Value>, otherwise: string): Promise<Value> {
  const late = new AbortController();
  const timeout = sleep(ms, undefined, { signal: late.signal }).then((): never => {
    throw new Error(`${otherwise} within ${ms} ms`);
  });
  timeout.catch(() => {});
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    late.abort();
  }
}

/** Until the ingest at `url` writes to Kafka directly and its spool is empty. */
export async function untilDirect(url: string, ms = 120_000): Promise<void> {
  const deadline = performance.now() + ms;
  for (;;) {
    const { spool } = Object(await (await fetch(`${url}/readyz`)).json());
    if (spool?.mode === "direct") return;
    if (performance.now() > deadline) throw new Error(`spooling after ${ms} ms: ${JSON.stringify(spool)}`);
    await sleep(50);
  }
}
