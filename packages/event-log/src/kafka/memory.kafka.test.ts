import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, inject, test, vi } from "vitest";
import { configOn } from "../../test/on-kafka.ts";
import { until } from "../../test/support.ts";
import { type EventLog, openEventLog } from "../index.ts";
import { Budget } from "./budget.ts";
import { kafkaClient } from "./config.ts";
import { GroupConsumer } from "./group-consumer.ts";
import { PartitionConsumer } from "./partition-consumer.ts";
import { partitionOf } from "./partition-of.ts";

const brokers = inject("kafka");
const topic = "t";
const group = "g";
const partitions = 6;
const perPartition = 200;
const mebibyte = 2 ** 20;
const value = Buffer.alloc(mebibyte / 10);

describe.skipIf(brokers === "")("a consumer of many partitions on Kafka", () => {
  const config = configOn(brokers, { topics: [topic], partitions });
  const keys = Array.from({ length: 1_000 }, (_, at) => `${at}`);
  const keyOf = (partition: number) => keys.find((key) => partitionOf(key, partitions) === partition) ?? "";
  let log: EventLog;
  afterEach(async () => {
    vi.restoreAllMocks();
    await log.close();
  });

  test("holds no more of a backlog than its budget, however slow or stuck handlers are, and handles all of it", async () => {
    log = await openEventLog(config);
    for (let count = 0; count < perPartition; count += 10)
      for (let partition = 0; partition < partitions; partition++)
        await log.append(
          topic,
          Array.from({ length: 10 }, () => ({ key: keyOf(partition), value })),
        );
    const [fetched, handled] = [new Map<number, number>(), new Map<number, number>()];
    const sum = (of: Map<number, number>) => [...of.values()].reduce((total, one) => total + one, 0);
    let most = 0;
    const { push } = PartitionConsumer.prototype;
    vi.spyOn(PartitionConsumer.prototype, "push").mockImplementation(function (
      this: PartitionConsumer,
      ...args
    ) {
      push.apply(this, args);
      fetched.set(this.place.partition, this.reached);
      most = Math.max(most, (sum(fetched) - sum(handled)) * value.length);
    });
    // Twice what each may always have; the other half is shared, up to what beside values is in a fetch.
    const bytes = 48 * mebibyte;
    const shared = bytes - (partitions * 4 + 1) * mebibyte;
    let stuck = true;
    const consumer = new GroupConsumer({
      newClient: () => kafkaClient(config),
      settings: {
        group,
        topics: [topic],
        maxRecords: 10_000,
        maxBytes: 8 * mebibyte,
        lingerMs: 20,
        onError: () => {},
        handle: async ({ partition, records }) => {
          await sleep(300);
          // Nobody is done before what they share is used, of which less would be a slower way for nothing.
          await until(() => most > shared);
          // Two partitions fail until all the others are done.
          if (stuck && partition < 2) throw new Error("stuck");
          handled.set(partition, (records.at(-1)?.offset ?? 0) + 1);
        },
      },
      prefix: config.prefix,
      isCompacted: () => false,
      progress: async () => {
        const saved = await log.progress(group, topic);
        return new Map(
          saved.map(({ partition, next }) => [partition, { next, first: 0, end: perPartition }]),
        );
      },
      end: async () => perPartition,
      onRestart: () => {},
      watchdogMs: 60_000,
      budget: new Budget(bytes),
    });
    await consumer.start();
    await until(() => sum(handled) === (partitions - 2) * perPartition);
    stuck = false;
    await until(() => sum(handled) === partitions * perPartition);
    await consumer.stop();
    expect(most).toBeLessThanOrEqual(bytes);
    expect(most).toBeGreaterThan(shared);
  });
});
