import { setTimeout as sleep } from "node:timers/promises";
import { benchPortals, evenSizes } from "../history/portals.ts";
import { pace } from "../pace.ts";
import { adminKey, type Product } from "../product.ts";
import { against, median } from "../report.ts";
import { enrolAll, trafficOf } from "../traffic.ts";
import type { Case } from "./cases.ts";
import type { QueryClient } from "./client.ts";

const atOnce = 8;
const rounds = 3;
const mostTimes = 2;
const settleMs = 1_000;

/** Webhooks at a fixed rate to portals of their own, in turns without and with the heaviest queries of the largest portal. */
export async function measureAlongside(
  client: QueryClient,
  product: Product,
  heaviest: readonly Case[],
  { rate, seconds }: { rate: number; seconds: number },
): Promise<Record<string, string | number>> {
  const portals = benchPortals(evenSizes(100, 100), "alongside");
  await enrolAll(product.url, adminKey, portals);
  // Their ids begin where no earlier run's have ended.
  const webhooks = trafficOf(portals, Date.now());
  const p99 = { without: [] as number[], alongside: [] as number[] };
  const asked = { answered: 0, failed: 0 };
  const failed = { without: 0, alongside: 0 };
  const send = async (which: keyof typeof p99) => {
    const result = await pace(product.url, () => webhooks(Math.floor(Date.now() / 1000)).body, rate, seconds);
    p99[which].push(result.p99);
    failed[which] += result.failed;
  };
  await pace(product.url, () => webhooks(Math.floor(Date.now() / 1000)).body, rate, 2);
  for (let round = 0; round < rounds; round += 1) {
    await send("without");
    const asking = askAlways(client, heaviest, asked);
    await sleep(settleMs);
    await send("alongside");
    await asking.stop();
    await sleep(settleMs);
  }
  const [without, alongside] = [median(p99.without), median(p99.alongside)];
  return {
    "webhooks alongside: the queries": heaviest.map(({ name }) => name).join(", "),
    "webhooks alongside: queries answered": `${asked.answered} (${asked.failed} not 200)`,
    "webhooks alongside: webhooks/s": rate,
    "webhooks alongside: not answered 200": failed.without + failed.alongside,
    "webhooks alongside: p99 without, ms": without.toFixed(1),
    "webhooks alongside: p99 with, ms": alongside.toFixed(1),
    "webhooks alongside: with / without": against(
      alongside / without,
      { kind: "atMost", value: mostTimes },
      2,
    ),
  };
}

/** So many at a time, each followed by the next. */
function askAlways(client: QueryClient, cases: readonly Case[], count: { answered: number; failed: number }) {
  let going = true;
  let asked = 0;
  const run = async () => {
    while (going) {
      const round = asked++;
      const { status } = await client.time(cases[round % cases.length]?.path(round) ?? "/");
      if (status === 200) count.answered += 1;
      else count.failed += 1;
    }
  };
  const running = Promise.all(Array.from({ length: atOnce }, run));
  return {
    stop: async () => {
      going = false;
      await running;
    },
  };
}
