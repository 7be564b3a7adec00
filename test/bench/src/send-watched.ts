import { setTimeout as sleep } from "node:timers/promises";
import { type Address, post } from "../../stacks/stack.ts";
import type { Webhook } from "./traffic.ts";
import { untilVisible } from "./visible.ts";

export type Watching = { rate: number; count: number; watchEvery: number };

const tickMs = 10;
/** Each of them asks the API again and again: more at once would be a load of their own, the heavier the longer they wait. */
const mostWatching = 2;

/** Sends webhooks at a fixed rate and waits, for some of them, until the API shows what they say; answers those waits. */
export async function sendWatched(
  stack: Address,
  next: () => { body: string; watch: Webhook | null },
  { rate, count, watchEvery }: Watching,
): Promise<number[]> {
  const waits: number[] = [];
  const pending: Promise<void>[] = [];
  let sent = 0;
  let watching = 0;
  let owed = false;
  const started = performance.now();
  while (sent < count) {
    const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * rate));
    for (; sent < due; sent += 1) {
      const { body, watch } = next();
      owed ||= sent % watchEvery === 0;
      const watched = owed && watching < mostWatching ? watch : null;
      if (watched === null) {
        pending.push(send(stack, body, null).then(() => {}));
        continue;
      }
      owed = false;
      watching += 1;
      const seen = send(stack, body, watched).then((wait) => {
        watching -= 1;
        if (wait !== null) waits.push(wait);
      });
      pending.push(seen);
    }
    process.stderr.write(`\rsent ${sent} of ${count}`);
    await sleep(tickMs);
  }
  await Promise.all(pending);
  process.stderr.write("\n");
  return waits;
}

async function send(stack: Address, body: string, watched: Webhook | null): Promise<number | null> {
  const response = await post(stack, body);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`a webhook was answered ${response.status}`);
  return watched === null ? null : untilVisible(stack, watched);
}
