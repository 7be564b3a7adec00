import { setTimeout as sleep } from "node:timers/promises";
import { type Address, ask } from "../../stacks/stack.ts";
import { percentile } from "./report.ts";
import type { Webhook } from "./traffic.ts";

const pollMs = 20;
const givenUpMs = 60_000;

/** Milliseconds until the API shows the message in the portal's list, which reads what the projections have folded. */
export async function untilVisible(stack: Address, webhook: Webhook): Promise<number> {
  const { portal, at, messageId, externalId } = webhook;
  const second = (epoch: number) => new Date(epoch * 1000).toISOString();
  const path = `/v1/portals/${portal}/messages?from=${second(at)}&to=${second(at + 1)}`;
  const accepted = performance.now();
  for (;;) {
    const { items } = Object((await ask(stack, path)).body);
    const shown = Array.isArray(items) ? items : [];
    const isIt = (item: unknown) => {
      const { bitrixMessageId, externalMessageIds } = Object(item);
      const ids: unknown[] = Array.isArray(externalMessageIds) ? externalMessageIds : [];
      return externalId === null ? bitrixMessageId === messageId : ids.includes(externalId);
    };
    const waited = performance.now() - accepted;
    if (shown.some(isIt) || waited > givenUpMs) return waited;
    await sleep(pollMs);
  }
}

/** What such waits say, and how many were given up. */
export function waitFigures(waits: readonly number[]): {
  p50: number;
  p90: number;
  p99: number;
  figures: Record<string, number>;
} {
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number) => Math.round(percentile(sorted, share));
  return {
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    figures: {
      watched: sorted.length,
      "p50, ms": at(0.5),
      "p90, ms": at(0.9),
      "at most, ms": Math.round(sorted.at(-1) ?? 0),
      "not visible after a minute": sorted.filter((wait) => wait > givenUpMs).length,
    },
  };
}
