import { ConfigResourceTypes } from "kafkajs";
import { describe, expect, inject, test } from "vitest";
import { asOperator, configOn } from "../../test/on-kafka.ts";
import { until } from "../../test/support.ts";
import { openEventLog } from "../index.ts";

const brokers = inject("kafka");
const topic = "t";

describe.skipIf(brokers === "")("a topic on Kafka that would lose events", () => {
  const config = configOn(brokers, { topics: [topic, "compact"], compacted: ["compact"] });

  /** Sets what the message says, as `kafka-configs.sh --alter --add-config` would. */
  const set = (of: string, name: string, value: string) =>
    asOperator(config, async (admin) => {
      const resource = { type: ConfigResourceTypes.TOPIC, name: `${config.prefix}${of}` };
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
      const now = new Map(
        (resources[0]?.configEntries ?? [])
          .filter(({ isDefault }) => !isDefault)
          .map(({ configName, configValue }) => [configName, configValue]),
      );
      const entries = [...now.set(name, value)].map(([key, one]) => ({ name: key, value: one }));
      await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries: entries }] });
    });

  test.each([
    [topic, "retention.ms", "604800000", "-1"],
    [topic, "retention.bytes", "1000000", "-1"],
    [topic, "cleanup.policy", "compact", "delete"],
    [topic, "cleanup.policy", "compact,delete", "delete"],
    [topic, "unclean.leader.election.enable", "true", "false"],
    [topic, "max.message.bytes", "8388608", "16777216"],
    ["compact", "cleanup.policy", "delete", "compact"],
  ])("%s with %s=%s stops the start and says what to do, which helps", async (of, name, wrong, right) => {
    await (await openEventLog(config)).close();
    await set(of, name, wrong);
    const told = async () =>
      openEventLog(config).then(
        async (log) => {
          await log.close();
          return null;
        },
        (error: unknown) => error,
      );
    await until(async () => (await told()) !== null);
    const error = await told();
    expect(error).toMatchObject({ code: "log_misconfigured", retriable: false });
    expect(String(error)).toContain(`${name}=${wrong}`);
    expect(String(error)).toContain(`--entity-name ${config.prefix}${of} --add-config ${name}=${right}`);
    await set(of, name, right);
    await until(async () => (await told()) === null);
  });

  test("a compacted topic has one partition, and more stop the start", async () => {
    const own = configOn(brokers, { topics: [topic, "compact"], compacted: ["compact"], partitions: 3 });
    const log = await openEventLog(own);
    expect([(await log.extents(topic)).length, (await log.extents("compact")).length]).toEqual([3, 1]);
    await log.close();
    const divided = `${own.prefix}compact`;
    await asOperator(own, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: divided, count: 2 }] }),
    );
    const told = () =>
      openEventLog(own).then(
        async (one) => {
          await one.close();
          return null;
        },
        (error: unknown) => error,
      );
    await until(async () => (await told()) !== null);
    const error = await told();
    expect(error).toMatchObject({ code: "log_misconfigured", retriable: false });
    expect(String(error)).toContain(`has 2 partitions`);
    expect(String(error)).toContain(`Make ${divided} anew`);
  });

  test("of more replicas than there are brokers stops the start and says what is wrong", async () => {
    const error = await openEventLog(configOn(brokers, { topics: [topic], replication: 100 })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "log_unavailable", retriable: false });
    expect(String(error)).toContain("the replication factor is not possible with these brokers");
  });
});
