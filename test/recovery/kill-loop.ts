import { setTimeout as sleep } from "node:timers/promises";
import { askUntil, type Stack } from "../stacks/stack.ts";
import { type Comparison, compare } from "./compare.ts";
import { portalOf, type Sent, startLoad } from "./load.ts";
import { randoms } from "./random.ts";

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
    await sleep(20 + random.next().value * 600);
    await stack.kill();
    await stack.restart();
    onKill(kill);
  }
  await sleep(200);
  const sent = await load.stop();
  for (const portal of sent.portals) await untilLast(stack, sent, portal);
  return {
    kills,
    accepted: sent.accepted.size,
    unanswered: sent.unanswered,
    ...(await compare(stack, sent)),
  };
}

/** A portal's last accepted message is seen: those before it are in. */
async function untilLast(stack: Stack, sent: Sent, portal: string): Promise<void> {
  const own = [...sent.accepted].filter(([id]) => portalOf(sent.portals, id) === portal);
  const [, eventId] = own.reduce((last, one) => (one[0] > last[0] ? one : last), [0, ""]);
  const isThere = (page: unknown) => Object(page).items?.length === 1;
  // A consumer that was killed counts as a member of its group until its session ends.
  for (let attempt = 0; attempt < 4; attempt += 1)
    if (isThere(await askUntil(stack, `/v1/portals/${portal}/events?eventId=${eventId}`, isThere))) return;
}
