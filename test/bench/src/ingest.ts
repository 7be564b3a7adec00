import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startChild } from "./child.ts";
import { cpuSeconds } from "./cpu.ts";
import { benchPortals, evenSizes } from "./history/portals.ts";
import { type IngestUnderTest, startIngestOnKafka } from "./ingest-process.ts";
import { load, webhook } from "./load.ts";
import { adminKey, startProduct } from "./product.ts";
import { behind, projected, readerOf } from "./progress.ts";
import { against, median, report } from "./report.ts";
import { enrolAll, trafficOf } from "./traffic.ts";

const connections = 64;
const rounds = 3;
const portals = benchPortals(evenSizes(1_000));
/** More than any of the servers answers, so that no fact is sent twice in a round. */
const mostPerSecond = 30_000;

type Round = { perSecond: number; ratio: number; p99: number; left: number };

/** The servers take turns on the same two cores, the load generator (and the broker) with them. */
export async function benchIngest(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { kafka: { type: "boolean", default: false }, seconds: { type: "string", default: "6" } },
  });
  const seconds = Number(values.seconds);
  const alone = values.kafka ? await startIngestOnKafka(adminKey) : await startEmbeddedIngest();
  const started = values.kafka ? null : await startAsStarted();
  const ours = [alone, ...(started === null ? [] : [started])];
  const bare = await startChild("./bare-server.ts");
  const traffic = trafficOf(portals, 1_000_000);
  let failed = 0;
  let bytes = 0;
  const shoot = async (url: string, duration: number, from = connections) => {
    const count = Math.ceil(mostPerSecond * duration * Math.min(1, from / 8));
    const requests = Array.from({ length: count }, () =>
      webhook(traffic(Math.floor(Date.now() / 1000)).body),
    );
    bytes = requests.reduce((sum, request) => sum + request.length, 0) / requests.length;
    const result = await load(url, requests, from, duration);
    failed += result.failed;
    return result;
  };
  for (const { url } of ours) await enrolAll(url, adminKey, portals);
  const bareRates: number[] = [];
  const found = ours.map((): Round[] => []);
  const cpu = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round += 1) {
    const reference = await shoot(bare.hello.url ?? "", round === 0 ? 2 : seconds);
    if (round > 0) bareRates.push(reference.perSecond);
    for (const [at, server] of ours.entries()) {
      const before = server.cpu();
      const result = await shoot(server.url, round === 0 ? 4 : seconds);
      const after = server.cpu();
      // The next server has the cores to itself.
      const left = await server.settled();
      if (round === 0) continue;
      const ratio = result.perSecond / reference.perSecond;
      found[at]?.push({ perSecond: result.perSecond, ratio, p99: result.p99, left });
      for (const [part, used] of Object.entries(after)) {
        const each = ((used - (before[part] ?? 0)) * 1e6) / result.requests;
        cpu.set(part, [...(cpu.get(part) ?? []), each]);
      }
    }
  }
  const single: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const result = await shoot(alone.url, seconds, 1);
    // A broker's code is compiled again for requests of one record; so the first round only warms up, here too.
    if (round > 0) single.push(result.perSecond);
  }
  for (const server of ours) await server.close();
  bare.process.kill();
  const of = (at: number, what: keyof Round) => median((found[at] ?? []).map((one) => one[what]));
  report(values.kafka ? "ingest-kafka" : "ingest", {
    on: alone.about,
    portals: portals.length,
    "request, bytes on average": Math.round(bytes),
    "bare Fastify requests/s": Math.round(median(bareRates)),
    "durable webhooks/s": Math.round(of(0, "perSecond")),
    ratio: of(0, "ratio").toFixed(2),
    "p99, ms": of(0, "p99").toFixed(1),
    ...(started === null
      ? {}
      : {
          "as npm start runs it, webhooks/s": Math.round(of(1, "perSecond")),
          "as npm start runs it, ratio": against(of(1, "ratio"), { kind: "atLeast", value: 0.5 }, 2),
          "as npm start runs it, p99, ms": of(1, "p99").toFixed(1),
          "p99 as started / p99 alone": against(
            of(1, "p99") / of(0, "p99"),
            { kind: "atMost", value: 1.5 },
            2,
          ),
          "as started: left to project at a round's end": of(1, "left"),
        }),
    "a single connection, webhooks/s": Math.round(median(single)),
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
    cpu: () => ({ "ingest alone": cpuSeconds(child.process.pid ?? 0) }),
    settled: async () => 0,
    close: async () => {
      child.process.kill();
      await rm(child.hello.dataDir ?? "", { recursive: true, force: true });
    },
  };
}

/** Webhooks, projections and queries in one process. */
async function startAsStarted(): Promise<IngestUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), "portalstream-bench-"));
  const product = await startProduct(dataDir);
  const log = await readerOf(dataDir);
  return {
    url: product.url,
    about: "the embedded log and tables",
    cpu: () => ({ "the product as started": product.cpu() }),
    settled: async () => {
      const left = await behind(log);
      await projected(log, 100, () => {});
      return left;
    },
    close: async () => {
      await log.close();
      await product.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
