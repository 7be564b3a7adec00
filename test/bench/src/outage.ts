import { parseArgs } from "node:util";
import { measureOutage, type Waits } from "../../recovery/outage.ts";
import { ownBrokers } from "../../stacks/kafka/own-brokers.ts";
import { report } from "./report.ts";

/** Kafka away under a fixed rate of webhooks. */
export async function benchOutage(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      seconds: { type: "string", default: "120" },
      rate: { type: "string", default: "1000" },
    },
  });
  const classPath = ownBrokers();
  if (classPath === null) throw new Error("the broker must be one that can be killed");
  const [seconds, rate] = [Number(values.seconds), Number(values.rate)];
  const { waits, ...found } = await measureOutage(classPath, { seconds, rate, portals: 200, calmMs: 4_000 });
  report("outage", {
    "Kafka away, s": seconds,
    "webhooks/s, open loop": rate,
    requests: found.requests,
    "not answered 200": found.failed,
    "answered 200 and lost": found.lost,
    "out of order in a portal": found.outOfOrder,
    "repeated in Kafka": found.repeated,
    "before: p50 / p99 / max, ms": shown(waits.before),
    "during: p50 / p99 / max, ms": shown(waits.during),
    "during: answered after 50 ms": `${waits.during.over50ms} of ${waits.during.requests}`,
    "draining: p50 / p99 / max, ms": shown(waits.draining),
    "after: p50 / p99 / max, ms": shown(waits.after),
    "drained within, s": found.drainSeconds.toFixed(1),
  });
}

const shown = ({ p50, p99, max }: Waits): string => [p50, p99, max].map((ms) => ms.toFixed(1)).join(" / ");
