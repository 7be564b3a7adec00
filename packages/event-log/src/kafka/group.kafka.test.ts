import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { asOperator, configOn } from "../../test/on-kafka.ts";
import { entries, entry, runAndKill, until } from "../../test/support.ts";
import { type EventLog, EventLogError, type LogObservation, openEventLog } from "../index.ts";
import { KafkaLog } from "./kafka-log.ts";
import { partitionOf } from "./partition-of.ts";

const brokers = inject("kafka");
const require = createRequire(import.meta.url);
const topic = "t";
const group = "g";
const keyOf = (partition: number) =>
  ["a", "b", "c", "d", "e"].find((key) => partitionOf(key, 2) === partition) ?? "";
const spread = (count: number) => entries(count, (at) => keyOf(at % 2));

describe.skipIf(brokers === "")("a group on Kafka", () => {
  let config = configOn(brokers);
  let log: EventLog;
  beforeEach(async () => {
    config = configOn(brokers);
    log = await openEventLog(config);
  });
  afterEach(() => log.close());

  const finished = async () => (await log.progress(group, topic)).reduce((sum, { next }) => sum + next, 0);
  const described = () =>
    asOperator(config, async (admin) => {
      const { groups } = await admin.describeGroups([`${config.prefix}${group}`]);
      return { state: groups[0]?.state ?? "none", members: groups[0]?.members.length ?? 0 };
    });
  const members = async () => (await described()).members;
  /** Sooner than the brokers would take a member for dead: nobody is left that did not say goodbye. */
  const untilNobodyIsLeft = () => until(async () => (await members()) === 0, 8_000);
  /** Fails where something was skipped: each batch begins where its partition was left, or before. */
  function ledger() {
    const reached = new Map<number, number>();
    const by = new Map<string, Set<number>>();
    return {
      by,
      reached,
      note: (member: string, partition: number, offsets: readonly number[]) => {
        const end = reached.get(partition) ?? 0;
        const first = offsets[0] ?? 0;
        expect(first).toBeLessThanOrEqual(end);
        expect(offsets).toEqual(offsets.map((_, at) => first + at));
        reached.set(partition, Math.max(end, first + offsets.length));
        by.set(member, (by.get(member) ?? new Set()).add(partition));
      },
      all: () => [...reached.values()].reduce((sum, end) => sum + end, 0),
    };
  }

  test("members share the partitions, and one that leaves hands over what it has not handled", async () => {
    const seen = ledger();
    const member = (name: string) =>
      log.consume(
        { group, topics: [topic], maxRecords: 5, lingerMs: 5, onError: () => {} },
        async ({ partition, records }) => {
          seen.note(
            name,
            partition,
            records.map(({ offset }) => offset),
          );
          await sleep(10);
        },
      );
    let appended = 0;
    const appending = async (done: () => boolean) => {
      for (; !done(); await sleep(30)) appended += (await log.append(topic, spread(10))).length;
    };
    const one = await member("one");
    await appending(() => seen.all() > 20);
    await member("two");
    await appending(() => (seen.by.get("two")?.size ?? 0) === 1);
    await appending(() => appended > 300);
    await one.stop();
    await appending(() => seen.by.get("two")?.size === 2);
    await until(async () => (await finished()) === appended);
    expect(seen.by.get("two")).toEqual(new Set([0, 1]));
    expect(await members()).toBe(1);
  });

  test("what a killed member held goes to another, and none of it is skipped", async () => {
    await log.append(topic, spread(200));
    type Line = { partition: number; first: number; last: number };
    const job = { kind: "consume" as const, topic, group, hangAt: 6 };
    const seen = ledger();
    for (const { partition, first, last } of await runAndKill<Line>({ config, job, run: "" }, (said) => {
      return said.length >= 6;
    }))
      seen.note(
        "killed",
        partition,
        Array.from({ length: last - first + 1 }, (_, at) => first + at),
      );
    await log.consume({ group, topics: [topic] }, async ({ partition, records }) => {
      seen.note(
        "other",
        partition,
        records.map(({ offset }) => offset),
      );
    });
    await until(async () => (await finished()) === 200);
    expect(seen.all()).toBe(200);
  });

  test("a handler that takes longer than a session keeps its partition", async () => {
    const batches: number[] = [];
    let aborted = false;
    const handle = async (partition: number, signal: AbortSignal) => {
      batches.push(partition);
      if (partition === 0) await sleep(12_000);
      aborted ||= signal.aborted;
    };
    for (let member = 0; member < 2; member++)
      await log.consume({ group, topics: [topic] }, ({ partition }, signal) => handle(partition, signal));
    await until(async () => isDeepStrictEqual(await described(), { state: "Stable", members: 2 }));
    await log.append(topic, spread(20));
    await until(async () => (await finished()) === 20);
    expect(batches.sort()).toEqual([0, 1]);
    expect([aborted, (await described()).state]).toEqual([false, "Stable"]);
  });

  test("records that were deleted unread stop their partition aloud, now and at the next start", async () => {
    await log.append(topic, [entry(keyOf(0), "first")]);
    for (let at = 0; at < 30; at++) await log.append(topic, [entry(keyOf(0), `more ${at}`)]);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const errors: unknown[] = [];
    const handled: string[] = [];
    // A commit may meet the member that is being replaced: it is tried again.
    const onError = (error: unknown) => {
      if (!(error instanceof EventLogError && error.retriable)) errors.push(error);
    };
    const consumer = await log.consume(
      { group, topics: [topic], maxRecords: 1, maxBytes: 10, lingerMs: 0, onError },
      async ({ partition, records }) => {
        handled.push(...records.map(({ offset }) => `${partition}/${offset}`));
        if (partition === 0 && handled.length > 1) await released;
      },
    );
    await until(() => handled.length > 1);
    await sleep(500);
    const named = `${config.prefix}${topic}`;
    await asOperator(config, async (admin) => {
      await admin.fetchTopicOffsets(named);
      await admin.deleteTopicRecords({ topic: named, partitions: [{ partition: 0, offset: "25" }] });
    });
    release();
    await until(() => errors.length > 0);
    await log.append(
      topic,
      entries(5, () => keyOf(1)),
    );
    await until(() => handled.includes("1/4"));
    expect(errors).toMatchObject([{ code: "log_corrupt", retriable: false }]);
    expect(handled).not.toContain("0/25");
    await consumer.stop();
    const stood = (await log.progress(group, topic))[0]?.next ?? 0;
    expect(stood).toBeGreaterThan(0);
    expect(handled).toContain(`0/${stood - 1}`);
    errors.length = 0;
    handled.length = 0;
    await log.consume({ group, topics: [topic], onError }, async ({ partition, records }) => {
      handled.push(...records.map(({ offset }) => `${partition}/${offset}`));
    });
    await log.append(topic, [entry(keyOf(0), "after"), entry(keyOf(1), "after")]);
    await until(() => handled.includes("1/5") && errors.length > 0);
    await sleep(500);
    expect(errors).toMatchObject([{ code: "log_corrupt", retriable: false }]);
    expect(handled.filter((one) => one.startsWith("0/"))).toEqual([]);
    expect((await log.progress(group, topic))[0]?.next).toBe(stood);
  });

  test("a partition that holds less than the group has finished stops aloud, and others go on", async () => {
    await log.append(topic, spread(6));
    const named = `${config.prefix}${topic}`;
    await asOperator(config, (admin) =>
      admin.setOffsets({
        groupId: `${config.prefix}${group}`,
        topic: named,
        partitions: [{ partition: 0, offset: "10" }],
      }),
    );
    const errors: unknown[] = [];
    const handled = new Set<number>();
    const onError = (error: unknown) => void errors.push(error);
    await log.consume({ group, topics: [topic], onError }, async ({ partition }) => {
      handled.add(partition);
    });
    await until(() => handled.size > 0 && errors.length > 0);
    // Offsets that the group takes for finished are given again.
    await log.append(topic, spread(30));
    await until(async () => (await log.progress(group, topic))[1]?.next === 18);
    await sleep(500);
    expect([...handled]).toEqual([1]);
    expect(errors).toMatchObject([{ code: "log_corrupt", retriable: false }]);
    expect((await log.progress(group, topic))[0]?.next).toBe(10);
  });

  test("a consumer that is stopped while it joins leaves nobody in the group", async () => {
    await log.append(topic, spread(2));
    for (const wait of [0, 5, 20]) {
      const consumer = await log.consume({ group, topics: [topic] }, async () => {});
      await sleep(wait);
      await consumer.stop();
    }
    await sleep(1_000);
    await untilNobodyIsLeft();
  });

  test("a log that is closed while a consumer starts leaves nobody in the group", async () => {
    await log.append(topic, spread(2));
    const starting = log.consume({ group, topics: [topic] }, async () => {});
    const refused = expect(starting).rejects.toMatchObject({ code: "log_closed" });
    await log.close();
    await refused;
    await sleep(1_000);
    await untilNobodyIsLeft();
  });

  describe("when kafkajs fails inside", () => {
    type FetchState = { prototype: { fetch(nodeId: number): Promise<unknown[]> } };
    const ConsumerGroup: FetchState = require("kafkajs/src/consumer/consumerGroup");
    const { fetch } = ConsumerGroup.prototype;
    /** When each was. */
    const restarts: number[] = [];
    const onRestart = ({ kind }: LogObservation) => {
      if (kind === "consumer-restarted") restarts.push(performance.now());
    };
    // Longer than any joining takes, which must not be taken for a standstill.
    const watchdogMs = 6_000;
    let watched: KafkaLog;
    beforeEach(() => {
      restarts.length = 0;
      watched = new KafkaLog(config, onRestart, watchdogMs);
    });
    afterEach(async () => {
      ConsumerGroup.prototype.fetch = fetch;
      await watched.close();
    });

    test("fetching that has ceased without a word is begun anew, and what was stuck does not come back", async () => {
      await log.append(topic, spread(10));
      const { promise: stuck, resolve: free } = Promise.withResolvers<unknown[]>();
      const offsets: string[] = [];
      await watched.consume({ group, topics: [topic] }, async ({ partition, records }) => {
        offsets.push(...records.map(({ offset }) => `${partition}/${offset}`));
      });
      await until(async () => (await finished()) === 10);
      let asked = false;
      ConsumerGroup.prototype.fetch = () => {
        asked = true;
        return stuck;
      };
      await until(() => asked);
      await log.append(topic, spread(10));
      await until(() => restarts.length === 1);
      ConsumerGroup.prototype.fetch = fetch;
      free([]);
      await until(async () => (await finished()) === 20);
      expect([offsets.length, new Set(offsets).size]).toEqual([20, 20]);
      expect(await members()).toBe(1);
      expect(restarts).toHaveLength(1);
    });

    test("a member that its group forgot while a handler was busy joins again, and saves what was done", async () => {
      await watched.append(
        topic,
        entries(10, () => keyOf(0)),
      );
      const offsets: number[] = [];
      await watched.consume({ group, topics: [topic] }, async ({ records }) => {
        offsets.push(...records.map(({ offset }) => offset));
        if (restarts.length > 0) return;
        // kafkajs tells the brokers that it lives between two fetches.
        ConsumerGroup.prototype.fetch = () => new Promise(() => {});
        await until(async () => (await members()) === 0);
        ConsumerGroup.prototype.fetch = fetch;
      });
      await until(async () => (await finished()) === 10);
      expect(new Set(offsets).size).toBe(10);
      expect(restarts).toHaveLength(1);
    });

    test("a consumer that crashes as soon as it has joined is begun anew with growing pauses", async () => {
      await log.append(topic, spread(10));
      const fatal = Object.assign(new Error("fatal"), { retriable: false });
      ConsumerGroup.prototype.fetch = () => Promise.reject(fatal);
      await watched.consume({ group, topics: [topic] }, async () => {});
      await until(() => restarts.length > 4);
      const pauses = restarts.slice(1).map((at, index) => at - (restarts[index] ?? 0));
      for (const [index, least] of [100, 300, 700, 1_500].entries())
        expect(pauses[index]).toBeGreaterThan(least - 20);
      ConsumerGroup.prototype.fetch = fetch;
      await until(async () => (await finished()) === 10);
    });
  });
});
