import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "../stacks/stack.ts";
import { type Comparison, compare } from "./compare.ts";
import { startLoad } from "./load.ts";
import { randoms } from "./random.ts";
import { untilSettled } from "./settle.ts";

export type KillReport = Comparison & { kills: number; accepted: number; unanswered: number };

/**
 * Sends messages from several senders while the processes are killed (SIGKILL) at random moments and started again, then compares
 * what was answered 200 with what the query API tells.
 */
export async function killLoop(
  stack: Stack,
  {
    kills,
    seed,
    senders = 16,
    onKill = () => {},
  }: { kills: number; seed: number; senders?: number; onKill?: (kill: number) => void },
): Promise<KillReport> {
  const load = await startLoad(stack, { name: `kill ${seed}`, senders, pauseMs: 0, portals: 2 });
  const random = randoms(seed);
  for (let kill = 1; kill <= kills; kill += 1) {
    // However slow the machine is, each process that is killed has accepted something.
    await Promise.all([load.untilAccepted(10), sleep(20 + random.next().value * 600)]);
    await stack.kill();
    await stack.restart();
    onKill(kill);
  }
  await sleep(200);
  const sent = await load.stop();
  // Also what was kept and not answered: it is to be compared as well.
  await untilSettled(stack);
  return {
    kills,
    accepted: sent.accepted.size,
    unanswered: sent.unanswered,
    ...(await compare(stack, sent)),
  };
}
