import { rm } from "node:fs/promises";
import { benchBodies, enrolBench } from "./bodies.ts";
import { startChild } from "./child.ts";
import { load, webhook } from "./load.ts";
import { median, report } from "./report.ts";

const connections = 64;
const seconds = 6;
const rounds = 3;

/** The two servers take turns on the same two cores, the load generator with them. */
export async function benchIngest(): Promise<void> {
  const ours = await startChild("./ingest-server.ts");
  const bare = await startChild("./bare-server.ts");
  const bodies = benchBodies(2_000);
  await enrolBench(ours.hello.url ?? "", "bench-admin-key-0123456789");
  const requests = bodies.map(webhook);
  const shoot = (url: string, duration: number) => load(url, requests, connections, duration);
  const rates: { ours: number[]; bare: number[]; p99: number[]; ratio: number[] } = {
    ours: [],
    bare: [],
    p99: [],
    ratio: [],
  };
  let failed = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const reference = await shoot(bare.hello.url ?? "", round === 0 ? 2 : seconds);
    const result = await shoot(ours.hello.url ?? "", round === 0 ? 2 : seconds);
    failed += result.failed + reference.failed;
    if (round === 0) continue;
    rates.bare.push(reference.perSecond);
    rates.ours.push(result.perSecond);
    rates.ratio.push(result.perSecond / reference.perSecond);
    rates.p99.push(result.p99);
  }
  ours.process.kill();
  bare.process.kill();
  await rm(ours.hello.dataDir ?? "", { recursive: true, force: true });
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length;
  report("ingest", {
    "body, bytes on average": Math.round(bytes),
    "durable webhooks/s": Math.round(median(rates.ours)),
    "bare Fastify requests/s": Math.round(median(rates.bare)),
    ratio: median(rates.ratio).toFixed(2),
    "p99, ms": median(rates.p99).toFixed(1),
    "not answered 200": failed,
  });
}
