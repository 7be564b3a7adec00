import { rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { benchBodies, enrolBench } from "./bodies.ts";
import { startChild } from "./child.ts";
import { cpuSeconds } from "./cpu.ts";
import { type IngestUnderTest, startIngestOnKafka } from "./ingest-process.ts";
import { load, webhook } from "./load.ts";
import { median, report } from "./report.ts";

const connections = 64;
const seconds = 6;
const rounds = 3;
const adminKey = "bench-admin-key-0123456789";

/** The two servers take turns on the same two cores, the load generator (and the broker) with them. */
export async function benchIngest(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { kafka: { type: "boolean", default: false } },
  });
  const ours = values.kafka ? await startIngestOnKafka(adminKey) : await startEmbeddedIngest();
  const bare = await startChild("./bare-server.ts");
  const bareUrl = bare.hello.url ?? "";
  const bodies = benchBodies(2_000);
  await enrolBench(ours.url, adminKey);
  const requests = bodies.map(webhook);
  const shoot = (url: string, duration: number) => load(url, requests, connections, duration);
  const rates: { ours: number[]; bare: number[]; p99: number[]; ratio: number[] } = {
    ours: [],
    bare: [],
    p99: [],
    ratio: [],
  };
  const cpu = new Map<string, number[]>();
  let failed = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const reference = await shoot(bareUrl, round === 0 ? 2 : seconds);
    const before = ours.cpu();
    const result = await shoot(ours.url, round === 0 ? 4 : seconds);
    const after = ours.cpu();
    failed += result.failed + reference.failed;
    if (round === 0) continue;
    rates.bare.push(reference.perSecond);
    rates.ours.push(result.perSecond);
    rates.ratio.push(result.perSecond / reference.perSecond);
    rates.p99.push(result.p99);
    for (const [part, used] of Object.entries(after)) {
      const each = ((used - (before[part] ?? 0)) * 1e6) / result.requests;
      cpu.set(part, [...(cpu.get(part) ?? []), each]);
    }
  }
  const alone: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const result = await load(ours.url, requests, 1, seconds);
    failed += result.failed;
    // A broker's code is compiled anew for requests of one record; so the first round only warms up, here too.
    if (round > 0) alone.push(result.perSecond);
  }
  await ours.close();
  bare.process.kill();
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length;
  report(values.kafka ? "ingest-kafka" : "ingest", {
    on: ours.about,
    "body, bytes on average": Math.round(bytes),
    "durable webhooks/s": Math.round(median(rates.ours)),
    "bare Fastify requests/s": Math.round(median(rates.bare)),
    ratio: median(rates.ratio).toFixed(2),
    "p99, ms": median(rates.p99).toFixed(1),
    "a single connection, webhooks/s": Math.round(median(alone)),
    ...Object.fromEntries(
      [...cpu].map(([part, each]) => [`CPU of ${part}, µs a webhook`, Math.round(median(each))]),
    ),
    "not answered 200": failed,
  });
}

async function startEmbeddedIngest(): Promise<IngestUnderTest> {
  const child = await startChild("./ingest-server.ts");
  return {
    url: child.hello.url ?? "",
    about: "the embedded log",
    cpu: () => ({ ingest: cpuSeconds(child.process.pid ?? 0) }),
    close: async () => {
      child.process.kill();
      await rm(child.hello.dataDir ?? "", { recursive: true, force: true });
    },
  };
}
