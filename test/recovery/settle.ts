import { setTimeout as sleep } from "node:timers/promises";
import { analyticsProjection } from "@portalstream/analytics";
import type { EventLog } from "@portalstream/event-log";
import { sessionsProjection } from "@portalstream/sessions";
import type { KafkaStack } from "../stacks/kafka/stack.ts";
import type { Stack } from "../stacks/stack.ts";
import { logOf } from "./log-of.ts";

export const projections = [sessionsProjection, analyticsProjection];
const settleMs = 180_000;

/** Until the spool is empty and both projections have come to the end of the log; in seconds. */
export async function settle({ stack, log }: { stack: Stack; log: EventLog }): Promise<number> {
  const started = performance.now();
  for (let left = ["not looked yet"]; left.length > 0; ) {
    left = await unsettled(stack, log).catch((error: unknown) => [String(error)]);
    if (left.length > 0 && performance.now() - started > settleMs)
      throw new Error(`not settled after ${settleMs} ms: ${left.join(", ")}\n${lastLines(stack)}`);
    if (left.length > 0) await sleep(100);
  }
  return Math.round(performance.now() - started) / 1000;
}

/** The same, of a log that is opened for it. */
export async function untilSettled(stack: Stack | KafkaStack): Promise<void> {
  const log = await logOf(stack);
  try {
    await settle({ stack, log });
  } finally {
    await log.close();
  }
}

async function unsettled(stack: Stack, log: EventLog): Promise<string[]> {
  const response = await fetch(`${stack.url}/readyz`);
  const { spool } = Object(await response.json());
  // An embedded log has no spool.
  const direct = response.status === 200 && (spool === undefined || spool.mode === "direct");
  const left = direct ? [] : [`ingest: ${response.status} ${JSON.stringify(spool)}`];
  for (const { name, topics } of projections)
    for (const topic of topics) {
      const done = new Map(
        (await log.progress(name, topic)).map((one) => [one.partition, one.next] as const),
      );
      for (const { partition, end } of await log.extents(topic)) {
        const lag = end - (done.get(partition) ?? 0);
        if (lag > 0) left.push(`${name} lags ${lag} in ${topic}/${partition}`);
      }
    }
  return left;
}

const lastLines = (stack: Stack): string =>
  stack
    .output()
    .split("\n")
    .filter((line) => !line.includes('"batch projected"'))
    .slice(-40)
    .join("\n");
