import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { analyticsProjection } from "@portalstream/analytics";
import { type ClickHouse, openClickHouse } from "@portalstream/clickhouse";
import type { EventLog } from "@portalstream/event-log";
import { verify } from "@portalstream/projection";
import { sessionsProjection } from "@portalstream/sessions";
import type { Child } from "../stacks/child-process.ts";
import { type Cluster, startCluster } from "../stacks/kafka/cluster.ts";
import { type KafkaStack, startKafkaStack } from "../stacks/kafka/stack.ts";
import { type Comparison, compare } from "./compare.ts";
import type { Load } from "./load.ts";
import { kafkaLogOf } from "./log-of.ts";

/** The product on brokers of its own, and a way to look into its log and its tables past it. */
export type ChaosWorld = {
  cluster: Cluster;
  stack: KafkaStack;
  log: EventLog;
  db: ClickHouse;
  dispose(): Promise<void>;
};

export type ChaosReport = Comparison & {
  accepted: number;
  unanswered: number;
  /** Answers other than 200, by status. */
  refused: Record<string, number>;
  /** Until the spool was empty and the projections at the end of the log. */
  settledSeconds: number;
  verdict: "ok" | "refuted";
  faults: string[];
  /** Processes that ended though no scenario killed them. */
  dead: string[];
};

const projections = [sessionsProjection, analyticsProjection];
const settleMs = 90_000;

export async function startChaosWorld(classPath: string, brokers: 1 | 3): Promise<ChaosWorld> {
  const cluster = await startCluster(classPath, brokers);
  const stack = await startKafkaStack({ brokers: cluster.addresses, replication: brokers }).catch(
    async (error: unknown) => {
      await cluster.dispose();
      throw error;
    },
  );
  const { env } = stack;
  const log = await kafkaLogOf(env);
  const db = await openClickHouse({
    kind: "http",
    url: env.PORTALSTREAM_CLICKHOUSE_URL ?? "",
    cluster: null,
  });
  return {
    cluster,
    stack,
    log,
    db,
    dispose: async () => {
      await db.close();
      await log.close();
      await stack.dispose();
      await cluster.dispose();
    },
  };
}

/** Ends the load and waits until all of it is projected; what came of it. */
export async function prove(world: ChaosWorld, load: Load): Promise<ChaosReport> {
  const sent = await load.stop();
  const settledSeconds = await settle(world);
  const found = await compare(world.stack, sent);
  const { log, db, stack } = world;
  const { verdict, partitions, tables } = await verify({ log, db, projections, onProgress: () => {} });
  const faults = [
    ...partitions.flatMap((one) =>
      one.faults.map((fault) => `${one.projection} ${one.topic}/${one.partition}: ${fault}`),
    ),
    ...tables.flatMap(({ table, missing, unexplained }) =>
      missing + unexplained > 0 ? [`${table}: ${missing} missing, ${unexplained} unexplained`] : [],
    ),
  ];
  return {
    accepted: sent.accepted.size,
    unanswered: sent.unanswered,
    refused: Object.fromEntries(sent.refused),
    settledSeconds,
    ...found,
    verdict,
    faults,
    dead: Object.entries(stack.services).flatMap(([name, { running }]) => (running ? [] : [name])),
  };
}

/** Until the spool is empty and both projections have come to the end of the log; in seconds. */
export async function settle(world: ChaosWorld): Promise<number> {
  const started = performance.now();
  for (let left = ["not looked yet"]; left.length > 0; ) {
    left = await unsettled(world).catch((error: unknown) => [String(error)]);
    if (left.length > 0 && performance.now() - started > settleMs)
      throw new Error(`not settled after ${settleMs} ms: ${left.join(", ")}\n${lastLines(world)}`);
    if (left.length > 0) await sleep(100);
  }
  return Math.round(performance.now() - started) / 1000;
}

async function unsettled({ stack, log }: ChaosWorld): Promise<string[]> {
  const { spool } = Object(await (await fetch(`${stack.services.ingest.said}/readyz`)).json());
  const left = spool?.mode === "direct" ? [] : [`the spool: ${JSON.stringify(spool)}`];
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

const lastLines = ({ stack }: ChaosWorld): string =>
  stack
    .output()
    .split("\n")
    .filter((line) => !line.includes('"batch projected"'))
    .slice(-40)
    .join("\n");

/** As an orchestrator does it: again until it stays. */
export async function startAgain(child: Child, patienceMs = 60_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await child.start();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(1_000);
    }
  }
}

/** One more process of a service, with a data folder of its own. */
export const moreOf = (
  { stack }: ChaosWorld,
  name: "ingest" | "sessions",
  nth: number,
  settings: Readonly<Record<string, string>> = {},
): Child => stack.more(name, { PORTALSTREAM_DATA_DIR: join(stack.dataDir, `${name}-${nth}`), ...settings });
