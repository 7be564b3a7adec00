import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { configOn } from "../../test/on-kafka.ts";
import { entries, entry, readAll, text, until } from "../../test/support.ts";
import { type EventLog, type LogObservation, openEventLog } from "../index.ts";
import { kafkaClient } from "./config.ts";
import { Member } from "./member.ts";

const brokers = inject("kafka");
const require = createRequire(import.meta.url);
const topic = "t";

describe.skipIf(brokers === "")("a log on Kafka", () => {
  let config = configOn(brokers);
  let log: EventLog;
  const observed: LogObservation[] = [];
  beforeEach(async () => {
    observed.length = 0;
    config = configOn(brokers, { topics: [topic] });
    log = await openEventLog(config, (what) => observed.push(what));
  });
  afterEach(() => log.close());

  test("records of three megabytes are appended, consumed and read", async () => {
    const value = Buffer.alloc(3 * 2 ** 20, "x");
    await Promise.all([1, 2, 3].map(() => log.append(topic, [{ key: "k", value }])));
    const sizes: number[] = [];
    await log.consume({ group: "g", topics: [topic] }, async ({ records }) => {
      sizes.push(...records.map((record) => record.value.length));
    });
    await until(() => sizes.length === 3);
    sizes.push(...(await readAll(log, topic)).map((record) => record.value.length));
    expect(sizes).toEqual(Array.from({ length: 6 }, () => value.length));
  });

  test("what is too large for the topic is refused for ever, what waited behind it only for now", async () => {
    await log.append(topic, [entry("k", "first")]);
    const large = log.append(topic, [{ key: "k", value: Buffer.alloc(17 * 2 ** 20) }]);
    const behind = log.append(topic, [entry("k", "behind")]);
    await expect(large).rejects.toMatchObject({ code: "log_full", retriable: false });
    await expect(behind).rejects.toMatchObject({ code: "log_unavailable", retriable: true });
    await log.append(topic, [entry("k", "behind")]);
    expect((await readAll(log, topic)).map(text)).toEqual(["first", "behind"]);
  });

  test("a producer whose numbers the brokers do not follow is replaced, and nothing is lost", async () => {
    type Produce = {
      topicData: { partitions: { firstSequence: number }[] }[];
    };
    type BrokerState = { prototype: { produce(request: Produce): Promise<unknown> } };
    const Broker: BrokerState = require("kafkajs/src/broker");
    const { produce } = Broker.prototype;
    await log.append(topic, [entry("k", "one")]);
    Broker.prototype.produce = function skipping(this: unknown, request: Produce) {
      Broker.prototype.produce = produce;
      for (const { partitions } of request.topicData) for (const one of partitions) one.firstSequence += 7;
      return produce.call(this, request);
    };
    try {
      await log.append(topic, [entry("k", "two")]);
    } finally {
      Broker.prototype.produce = produce;
    }
    await log.append(topic, [entry("k", "three")]);
    expect((await readAll(log, topic)).map(text)).toEqual(["one", "two", "three"]);
    expect(observed.filter(({ kind }) => kind === "producer-replaced")).toEqual([
      { kind: "producer-replaced", reason: "45" },
    ]);
  });

  test("a log that has nothing to do rests", async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => void warnings.push(name);
    process.on("warning", onWarning);
    await log.append(topic, entries(20));
    await log.consume({ group: "g", topics: [topic] }, async () => {});
    await until(async () => (await log.progress("g", topic)).reduce((sum, { next }) => sum + next, 0) === 20);
    await sleep(500);
    const [{ user, system }, { setTimeout: set }] = [process.cpuUsage(), globalThis];
    let timers = 0;
    globalThis.setTimeout = Object.assign((...args: Parameters<typeof set>) => {
      timers += 1;
      return set(...args);
    }, set);
    await sleep(2_000);
    globalThis.setTimeout = set;
    const used = process.cpuUsage({ user, system });
    process.off("warning", onWarning);
    expect(timers).toBeLessThan(100);
    expect((used.user + used.system) / 2_000_000).toBeLessThan(0.1);
    expect(warnings).toEqual([]);
  });

  test("opening and closing again and again leaves nothing behind", async () => {
    const round = async () => {
      const own = await openEventLog(config);
      await own.append(topic, [entry("k", "v")]);
      let got = 0;
      await own.consume({ group: "g", topics: [topic] }, async () => void got++);
      await own.ready();
      await readAll(own, topic);
      await own.close();
    };
    const held = async () => {
      await sleep(300);
      return process.getActiveResourcesInfo().filter((one) => /Timeout|TCP/.test(one)).length;
    };
    await round();
    const before = await held();
    for (let time = 0; time < 10; time++) await round();
    expect(await held()).toBeLessThanOrEqual(before);
  });

  test("a member never says that it saved what it did not, and does not mind being told something when it has left", async () => {
    const settings = {
      ...{ group: "g", topics: [topic], maxRecords: 1, maxBytes: 1_000, lingerMs: 0 },
      onError: () => {},
      handle: async () => {},
    };
    const { promise: assigned, resolve, reject } = Promise.withResolvers<void>();
    const world = { onAssigned: () => resolve(), onFetched: async () => {}, onCrash: reject };
    // A new broker first makes the topic that groups are kept in.
    expect(await log.progress("g", topic)).toHaveLength(2);
    const member = new Member({ kafka: kafkaClient(config), settings, prefix: config.prefix, ...world });
    const place = { topic, partition: 0 };
    await member.join();
    await assigned;
    const saved = async () => (await log.progress("g", topic))[0]?.next;
    // kafkajs has joined and does not run yet: it takes this, and saves nothing.
    const claimed = await member.commit(place, 2).then(
      () => true,
      () => false,
    );
    expect(await saved()).toBe(claimed ? 2 : 0);
    await member.commit(place, 3);
    await member.leave();
    member.flow(place, false);
    member.seek(place, 1);
    await expect(member.commit(place, 4)).rejects.toMatchObject({ code: "log_unavailable" });
    expect(await saved()).toBe(3);
  });
});
