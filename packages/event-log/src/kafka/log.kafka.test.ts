import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { type Admin, ConfigResourceTypes } from "kafkajs";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { asOperator, configOn } from "../../test/on-kafka.ts";
import { entries, entry, readAll, text, until } from "../../test/support.ts";
import { type EventLog, EventLogError, type LogObservation, openEventLog } from "../index.ts";
import { kafkaClient } from "./config.ts";
import { Member } from "./member.ts";

const brokers = inject("kafka");
const require = createRequire(import.meta.url);
const topic = "t";

describe.skipIf(brokers === "")("a log on Kafka", () => {
  let config = configOn(brokers);
  let log: EventLog;
  const observed: LogObservation[] = [];
  const setLimit = (admin: Admin, bytes: number) => {
    const configEntries = [{ name: "max.message.bytes", value: String(bytes) }];
    const resource = { type: ConfigResourceTypes.TOPIC, name: `${config.prefix}${topic}`, configEntries };
    return admin.alterConfigs({ validateOnly: false, resources: [resource] });
  };
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
    const limit = (bytes: number) => asOperator(config, (admin) => setLimit(admin, bytes));
    await log.append(topic, [entry("k", "first")]);
    await limit(1_000_000);
    const large = { key: "k", value: Buffer.alloc(1_100_000) };
    const refused = () => log.append(topic, [large]).catch((error: unknown) => error);
    await until(async () => {
      const answer = await refused();
      return answer instanceof EventLogError && !answer.retriable;
    });
    const [error, behind] = [refused(), log.append(topic, [entry("k", "behind")])];
    await expect(behind).rejects.toMatchObject({ code: "log_unavailable", retriable: true });
    expect(await error).toMatchObject({ code: "record_too_large", retriable: false });
    expect(String(await error)).toContain(
      `--entity-name ${config.prefix}${topic} --add-config max.message.bytes=16777216`,
    );
    await log.append(topic, [entry("k", "behind")]);
    const found = (await readAll(log, topic)).filter(({ value }) => value.length < 100);
    expect(found.map(text)).toEqual(["first", "behind"]);
  });

  test("what is too large together only is not refused for ever", async () => {
    await asOperator(config, (admin) => setLimit(admin, 500_000));
    const half = { key: "k", value: Buffer.alloc(300_000) };
    const both = () => Promise.allSettled([log.append(topic, [half]), log.append(topic, [half])]);
    await until(async () => (await both()).some(({ status }) => status === "rejected"));
    for (const one of await both())
      expect(one).toMatchObject({ reason: { code: "log_unavailable", retriable: true } });
    await log.append(topic, [half]);
  });

  test("a record just as large as any may be fits a topic that is made here", async () => {
    const value = Buffer.alloc(16 * 2 ** 20 - 1_100);
    await log.append(topic, [{ key: "k", value }]);
    expect((await readAll(log, topic)).map((record) => record.value.length)).toEqual([value.length]);
  });

  test("a producer whose numbers the brokers do not follow is replaced, and nothing is lost", async () => {
    type Produce = {
      topicData: { partitions: { firstSequence: number }[] }[];
    };
    type BrokerState = { prototype: { produce(request: Produce): Promise<unknown> } };
    const Broker: BrokerState = require("kafkajs/src/broker");
    const { produce } = Broker.prototype;
    await log.append(topic, [entry("k", "one")]);
    // A topic that was just made may not be ready at once.
    observed.length = 0;
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
    const held = () => process.getActiveResourcesInfo().filter((one) => /Timeout|TCP/.test(one)).length;
    await round();
    await sleep(300);
    const before = held();
    for (let time = 0; time < 10; time++) await round();
    // Connections take their time to close; what is forgotten stays longer than this.
    await until(() => held() <= before, 8_000);
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
