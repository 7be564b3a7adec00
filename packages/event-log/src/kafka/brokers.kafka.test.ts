import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigResourceTypes, type PartitionMetadata } from "kafkajs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cluster, startCluster } from "../../../../test/stacks/kafka/cluster.ts";
import { ownBrokers } from "../../../../test/stacks/kafka/own-brokers.ts";
import { asOperator, configOn, onEachBroker } from "../../test/on-kafka.ts";
import { readAll, text, until } from "../../test/support.ts";
import { type EventLog, EventLogError, type LogObservation, openEventLog } from "../index.ts";
import type { KafkaConfig } from "./config.ts";
import { partitionOf } from "./partition-of.ts";

const classPath = ownBrokers();
const topic = "t";
const keyOf = (partition: number) =>
  ["a", "b", "c", "d", "e"].find((key) => partitionOf(key, 2) === partition) ?? "";

describe.skipIf(classPath === null)("Kafka of three brokers", () => {
  let cluster: Cluster;
  let config: KafkaConfig;
  let log: EventLog;
  const observed: LogObservation[] = [];
  const named = () => `${config.prefix}${topic}`;

  beforeAll(async () => {
    cluster = await startCluster(classPath ?? "", 3);
  });
  afterAll(() => cluster?.dispose());
  beforeEach(async () => {
    config = configOn(cluster.addresses, { topics: [topic] });
    observed.length = 0;
    await untilWhole();
  });
  afterEach(() => log?.close());

  const opened = async (replication: number) => {
    log = await openEventLog({ ...config, replication }, (what) => observed.push(what));
  };
  const append = (value: string) =>
    log.append(
      topic,
      [0, 1].map((partition) => ({ key: keyOf(partition), value: Buffer.from(value) })),
    );

  const allSay = async (of: string, what: (partitions: PartitionMetadata[]) => boolean) =>
    (await onEachBroker(config, of)).every((partitions) => partitions.length === 2 && what(partitions));
  /** All brokers are in the cluster again, whatever was done to them before. */
  const untilWhole = () =>
    until(async () => {
      try {
        const probe = { ...config, prefix: `${randomUUID()}.`, replication: 3 };
        await (await openEventLog(probe)).close();
        return await allSay(`${probe.prefix}${topic}`, (all) => all.every(({ isr }) => isr.length === 3));
      } catch {
        return false;
      }
    });

  /** Each partition on the one broker that is given. */
  const place = (brokers: readonly number[]) =>
    asOperator(config, async (admin) => {
      const partitionAssignment = brokers.map((broker, partition) => ({ partition, replicas: [broker] }));
      await admin.alterPartitionReassignments({ topics: [{ topic: named(), partitionAssignment }] });
      await until(() =>
        allSay(named(), (partitions) =>
          partitions.every(
            ({ partitionId, leader, replicas }) => leader === brokers[partitionId] && replicas.length === 1,
          ),
        ),
      );
    });
  const set = (type: ConfigResourceTypes, name: string, entries: Record<string, string>) =>
    asOperator(config, (admin) => {
      const configEntries = Object.entries(entries).map(([key, value]) => ({ name: key, value }));
      return admin.alterConfigs({ validateOnly: false, resources: [{ type, name, configEntries }] });
    });
  const kept = { "retention.ms": "-1", "retention.bytes": "-1", "max.message.bytes": "16777216" };

  /** What a process does first, of which twelve start at once. */
  const work = async (own: KafkaConfig, group: string) => {
    const one = await openEventLog(own);
    try {
      let seen = 0;
      await one.extents(topic);
      await one.progress(group, topic);
      await one.consume({ group, topics: [topic], onError: () => {} }, async (batch) => {
        seen += batch.records.length;
      });
      await one.append(topic, [{ key: "k", value: Buffer.from("v") }]);
      await until(() => seen === 12, 30_000);
    } finally {
      await one.close();
    }
  };

  test("a process starts and works though the broker that it asks has not heard of its topics yet", async () => {
    for (const [at, behind] of cluster.brokers.entries()) {
      // One that is silent for longer than its session is taken out of the cluster, and nothing can be made on three brokers: that
      // is another matter, and a machine that stood still is to blame.
      for (let attempt = 0; ; attempt++) {
        const own = { ...config, prefix: `${config.prefix}${at}.${attempt}.`, replication: 3 };
        const began = performance.now();
        behind.pause();
        const working = Array.from({ length: 12 }, (_, member) => work(own, `g${member}`));
        await sleep(1_000);
        behind.resume();
        const silentMs = performance.now() - began;
        const results = await Promise.allSettled(working);
        const failed = results.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
        if (failed.length === 0 || silentMs < 2_000 || attempt === 10) {
          expect(failed).toEqual([]);
          break;
        }
        await untilWhole();
      }
    }
  });

  test("what was confirmed is in the log, also when it moved to a broker that had confirmed already", async () => {
    await opened(1);
    await place([1, 2]);
    await append("before");
    const confirmed: string[] = [];
    const reasons = () =>
      new Set(observed.flatMap((one) => (one.kind === "producer-replaced" ? one.reason : [])));
    // The producer still thinks that 1 leads one and 2 the other: 1 confirms its part, 2 sends on to 1. Which of the two answers
    // first, and what it hears of the new leaders, is chance.
    let round = 0;
    for (; round < 60 && reasons().size < 2; round++)
      for (const [at, brokers] of [
        [1, 1],
        [3, 2],
        [2, 2],
        [1, 3],
        [3, 1],
      ].entries()) {
        await place(brokers);
        await append(`${round}.${at}`).then(
          () => confirmed.push(`0/${round}.${at}`, `1/${round}.${at}`),
          () => {},
        );
      }
    const found = new Set((await readAll(log, topic)).map((record) => `${record.partition}/${text(record)}`));
    expect(confirmed).toHaveLength(10 * round);
    expect(confirmed.filter((one) => !found.has(one))).toEqual([]);
    // A request of an attempt that failed may still be on its way: its producer is not used again.
    expect(reasons()).toEqual(new Set(["unanswered", "repeated"]));
  });

  test("nothing is confirmed while too few replicas are in sync, and it may be tried again", async () => {
    await opened(3);
    await append("one");
    await set(ConfigResourceTypes.TOPIC, named(), { ...kept, "min.insync.replicas": "3" });
    await cluster.brokers[2]?.kill();
    await expect(append("two")).rejects.toMatchObject({ code: "log_unavailable", retriable: true });
    await cluster.brokers[2]?.start();
    await until(() =>
      append("three").then(
        () => true,
        () => false,
      ),
    );
    const values = (await readAll(log, topic)).filter(({ partition }) => partition === 0).map(text);
    expect([values[0], values.at(-1)]).toEqual(["one", "three"]);
  });

  test("a topic of three replicas that one broker alone may confirm stops the start", async () => {
    await opened(3);
    await log.close();
    await set(ConfigResourceTypes.TOPIC, named(), { ...kept, "min.insync.replicas": "1" });
    const start = () =>
      opened(3).then(
        () => log.close().then(() => null),
        (error: unknown) => error,
      );
    let error: unknown = null;
    await until(async () => {
      error = await start();
      return error instanceof EventLogError && !error.retriable;
    });
    expect(error).toMatchObject({ code: "log_misconfigured", retriable: false });
    expect(String(error)).toContain("--add-config min.insync.replicas=2");
    await set(ConfigResourceTypes.TOPIC, named(), { ...kept, "min.insync.replicas": "2" });
    await until(async () => (await start()) === null);
  });

  test.each(["pause", "kill"] as const)("closing ends when all brokers are gone: %s", async (how) => {
    let least = Number.POSITIVE_INFINITY;
    // A machine that stands still makes it late once; what waits for brokers for ever is late each time.
    for (let left = 5; left > 0 && least >= 16_000; left--) {
      await untilWhole();
      await opened(3);
      await append("one");
      const handled = new Set<number>();
      await log.consume({ group: "g", topics: [topic], onError: () => {} }, async ({ partition }) => {
        handled.add(partition);
      });
      await until(() => handled.size === 2);
      for (const broker of cluster.brokers) await broker[how]();
      const began = performance.now();
      await log.close();
      least = Math.min(least, performance.now() - began);
      // None of them listens before most are there.
      await Promise.all(cluster.brokers.map((broker) => broker[how === "pause" ? "resume" : "start"]()));
    }
    expect(least).toBeLessThan(16_000);
  });
});
