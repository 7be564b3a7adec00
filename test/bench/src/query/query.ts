import { parseArgs } from "node:util";
import type { ClickHouse } from "@portalstream/clickhouse";
import type { BenchPortal } from "../history/portals.ts";
import { against, report } from "../report.ts";
import { measureAlongside } from "./alongside.ts";
import { type Case, casesOf, examplesOf } from "./cases.ts";
import { QueryClient } from "./client.ts";
import { openFilled } from "./data-folder.ts";
import { measureGrowth } from "./growth.ts";
import { amount, measure } from "./measure.ts";
import { mergesDone } from "./read-counters.ts";

const heaviestQueries = 4;
/** Places in the list of portals, which begins with the largest. */
const measured = { largest: 0, middle: 10, small: 100 } as const;

/** Every query of the API on a history of ten million messages in a thousand portals of very different size. */
export async function benchQuery(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      data: { type: "string" },
      scale: { type: "string", default: "1" },
      few: { type: "boolean", default: false },
      rebuild: { type: "boolean", default: false },
      rounds: { type: "string", default: "50" },
      seconds: { type: "string", default: "10" },
      rate: { type: "string", default: "500" },
    },
  });
  const limits = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
  const { product, portals, figures, release } = await openFilled({
    scale: Number(values.scale),
    few: values.few,
    dataDir: values.data,
    rebuild: values.rebuild,
  });
  const client = new QueryClient(product.url, product.adminKey);
  const db = await product.openTables();
  try {
    await mergesDone(db);
    const all: Record<string, number | string> = { ...figures };
    const portal = (place: number): BenchPortal => {
      const one = portals[place];
      if (one === undefined) throw new Error("there are too few portals");
      return one;
    };
    const costs: { one: Case; p50: number }[] = [];
    for (const [size, place] of Object.entries(measured)) {
      const cost = await measurePortal(client, db, portal(place), limits, (name, figure) => {
        all[`${size}, ${name}`] = figure;
        process.stderr.write(`${size}, ${name}: ${figure}\n`);
      });
      if (place === measured.largest) costs.push(...cost);
    }
    Object.assign(
      all,
      await measureGrowth(client, db, [portal(measured.largest), portal(measured.small)], limits),
    );
    const heaviest = costs
      .sort((a, b) => b.p50 - a.p50)
      .slice(0, heaviestQueries)
      .map(({ one }) => one);
    const pace = { rate: Number(values.rate), seconds: limits.seconds };
    Object.assign(all, await measureAlongside(client, product, heaviest, pace));
    const missed = Object.keys(all).filter((name) => String(all[name]).includes("MISSED"));
    report("query", { ...all, "targets missed": missed.length === 0 ? "none" : missed.join("; ") });
  } finally {
    client.close();
    await db.close();
    await release();
  }
}

async function measurePortal(
  client: QueryClient,
  db: ClickHouse,
  portal: BenchPortal,
  limits: { rounds: number; seconds: number },
  tell: (name: string, figure: string) => void,
): Promise<{ one: Case; p50: number }[]> {
  tell("messages in the portal", String(portal.messages));
  const costs: { one: Case; p50: number }[] = [];
  for (const one of casesOf(portal, await examplesOf(client, portal))) {
    const found = await measure(client, db, one, limits);
    if (found.kind === "refused") {
      tell(one.name, `answered ${found.status}`);
      continue;
    }
    costs.push({ one, p50: found.p50 });
    const { p50, p95, rounds, read, bytes } = found;
    const p95Shown =
      one.target === null ? p95.toFixed(1) : against(p95, { kind: "atMost", value: one.target }, 1);
    tell(
      one.name,
      `p50 ${p50.toFixed(1)} ms, p95 ${p95Shown}, read ${amount(read.rows).trim()} rows, ${amount(read.bytes)}B, answered ${amount(bytes)}B, ${rounds} rounds`,
    );
  }
  return costs;
}
