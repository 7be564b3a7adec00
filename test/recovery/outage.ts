import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { decodeRecord, topics } from "@portalstream/events";
import { percentile } from "../bench/src/report.ts";
import { applicationToken } from "../e2e/bodies.ts";
import { Child, readyUrl } from "../stacks/child-process.ts";
import { startCluster } from "../stacks/kafka/cluster.ts";
import { enrol } from "../stacks/stack.ts";
import { portalNames, portalOf } from "./load.ts";
import { kafkaLogOf } from "./log-of.ts";
import { type Answer, openLoop } from "./open-loop.ts";
import { untilDirect } from "./scenarios/scenario.ts";

export type Waits = { requests: number; p50: number; p99: number; max: number; over50ms: number };
export type OutageReport = {
  requests: number;
  /** Not answered 200. */
  failed: number;
  /** Answered 200 and not in Kafka. */
  lost: number;
  /** In Kafka before one that the same portal had sent earlier. */
  outOfOrder: number;
  /** More than once in Kafka. */
  repeated: number;
  waits: Record<"before" | "during" | "draining" | "after", Waits>;
  drainSeconds: number;
};

export type OutageOptions = {
  seconds: number;
  rate: number;
  portals: number;
  /** Before the outage, twice, and after it. */
  calmMs: number;
};

const main = fileURLToPath(new URL("../../services/standalone/src/main.ts", import.meta.url));
const adminKey = "outage-admin-key-0123456789";

/** A load at a fixed rate on the ingest process while its only broker is killed and, `seconds` later, started again. */
export async function measureOutage(
  classPath: string,
  { seconds, rate, portals: count, calmMs }: OutageOptions,
): Promise<OutageReport> {
  const cluster = await startCluster(classPath, 1);
  const dataDir = await mkdtemp(join(tmpdir(), "portalstream-outage-"));
  const env = {
    PORTALSTREAM_KAFKA_BROKERS: cluster.addresses,
    PORTALSTREAM_KAFKA_REPLICATION: "1",
    PORTALSTREAM_DATA_DIR: dataDir,
    PORTALSTREAM_ADMIN_KEY: adminKey,
    PORTALSTREAM_SECRET_KEY: "outage-secret-key-0123456789",
    PORTALSTREAM_PORT: "0",
  };
  const ingest = new Child({ args: [main, "ingest"], env, ready: readyUrl, print: () => {} });
  try {
    await ingest.start();
    const portals = portalNames("outage", count);
    // Each enrolment waits for a projection that does not run here: side by side.
    const to = { url: ingest.said, adminKey };
    await Promise.all(portals.map((portal) => enrol(to, portal, applicationToken)));
    const [broker] = cluster.brokers;
    const load = openLoop(ingest.said, portals, rate);
    // The first requests warm the process up and are left out.
    await sleep(calmMs);
    const warm = performance.now();
    await sleep(calmMs);
    const killedAt = performance.now();
    await broker?.kill();
    await sleep(seconds * 1000);
    await broker?.start();
    const backAt = performance.now();
    await untilDirect(ingest.said, 120_000);
    const drainedAt = performance.now();
    await sleep(calmMs);
    const { sent, answers } = await load.stop();
    const between = (from: number, to: number) => waitsOf(answers, from, to);
    return {
      requests: sent,
      failed: answers.filter(({ status }) => status !== 200).length + sent - answers.length,
      ...(await compareWithLog(env, portals, answers)),
      waits: {
        before: between(warm, killedAt),
        during: between(killedAt, backAt),
        draining: between(backAt, drainedAt),
        after: between(drainedAt, Number.POSITIVE_INFINITY),
      },
      drainSeconds: (drainedAt - backAt) / 1000,
    };
  } finally {
    await ingest.end("SIGKILL");
    await cluster.dispose();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function waitsOf(answers: readonly Answer[], from: number, to: number): Waits {
  const waits = answers
    .filter(({ scheduledAt }) => scheduledAt >= from && scheduledAt < to)
    .map(({ scheduledAt, answeredAt }) => answeredAt - scheduledAt)
    .sort((a, b) => a - b);
  return {
    requests: waits.length,
    p50: percentile(waits, 0.5),
    p99: percentile(waits, 0.99),
    max: waits.at(-1) ?? 0,
    over50ms: waits.filter((ms) => ms > 50).length,
  };
}

/** The first time that each message is in Kafka must come in the order in which its portal sent them. */
async function compareWithLog(
  env: Readonly<Record<string, string>>,
  portals: readonly string[],
  answers: readonly Answer[],
): Promise<Pick<OutageReport, "lost" | "outOfOrder" | "repeated">> {
  const log = await kafkaLogOf(env);
  const seen = new Set<number>();
  const last = new Map<string, number>();
  let [outOfOrder, repeated] = [0, 0];
  for (const { partition, first, end } of await log.extents(topics.messages)) {
    for await (const { value } of log.read(topics.messages, partition, first, end)) {
      const record = decodeRecord(value);
      const name = record.kind === "message" ? record.messages[0]?.externalMessageIds[0] : undefined;
      const id = Number(name?.slice(1));
      if (seen.has(id)) {
        repeated += 1;
        continue;
      }
      seen.add(id);
      const portal = portalOf(portals, id);
      if (id < (last.get(portal) ?? 0)) outOfOrder += 1;
      last.set(portal, Math.max(id, last.get(portal) ?? 0));
    }
  }
  await log.close();
  const lost = answers.filter(({ id, status }) => status === 200 && !seen.has(id)).length;
  return { lost, outOfOrder, repeated };
}
