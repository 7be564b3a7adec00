import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClickHouse, openClickHouse } from "@portalstream/clickhouse";
import type { EventLog } from "@portalstream/event-log";
import { verify } from "@portalstream/projection";
import type { Child } from "../stacks/child-process.ts";
import { type Cluster, startCluster } from "../stacks/kafka/cluster.ts";
import { type KafkaStack, startKafkaStack } from "../stacks/kafka/stack.ts";
import { type Comparison, compare } from "./compare.ts";
import type { Load } from "./load.ts";
import { kafkaLogOf } from "./log-of.ts";
import { projections, settle } from "./settle.ts";

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
