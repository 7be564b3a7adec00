import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startEmbedded } from "../../stacks/embedded.ts";
import { ask, post, type Stack } from "../../stacks/stack.ts";
import { benchBodies, enrolBench, portalOf } from "./bodies.ts";
import { percentile, report } from "./report.ts";

const rate = 500;
const tickMs = 20;
const watchEvery = 125;

/** Accepted to visible: every 125th of 500 events a second is asked for until the API shows it. */
export async function benchFresh(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { seconds: { type: "string", default: "20" } },
  });
  const stack = await startEmbedded();
  try {
    await enrolBench(stack.url, stack.adminKey);
    const bodies = benchBodies(rate * Number(values.seconds));
    const waits: number[] = [];
    const under: Promise<void>[] = [];
    let sent = 0;
    const started = performance.now();
    while (sent < bodies.length) {
      const due = Math.min(bodies.length, Math.floor(((performance.now() - started) / 1000) * rate));
      for (; sent < due; sent += 1) {
        const watched = sent % watchEvery === 0;
        under.push(
          send(stack, bodies[sent] ?? "", watched).then((wait) => void (watched && waits.push(wait))),
        );
      }
      await sleep(tickMs);
      process.stderr.write(`\rsent ${sent} of ${bodies.length}`);
    }
    await Promise.all(under);
    process.stderr.write("\n");
    waits.sort((a, b) => a - b);
    report("fresh", {
      "events/s sent": rate,
      watched: waits.length,
      "p50, ms": Math.round(percentile(waits, 0.5)),
      "p90, ms": Math.round(percentile(waits, 0.9)),
      "p99, ms": Math.round(percentile(waits, 0.99)),
      "at most, ms": Math.round(waits.at(-1) ?? 0),
    });
  } finally {
    await stack.dispose();
  }
}

async function send(stack: Stack, body: string, watched: boolean): Promise<number> {
  const response = await post(stack, body);
  if (response.status !== 200) throw new Error(`a webhook was answered ${response.status}`);
  const { eventId } = Object(await response.json());
  if (!watched) return 0;
  const accepted = performance.now();
  for (;;) {
    const page = await ask(stack, `/v1/portals/${portalOf(body)}/events?eventId=${eventId}`);
    if (Object(page.body).items?.length > 0) return performance.now() - accepted;
    await sleep(25);
  }
}
