import type { Admin, ITopicConfig, PartitionMetadata } from "kafkajs";
import { largestBatchBytes } from "../largest-record.ts";
import { EventLogError } from "../port.ts";
import type { AdminConnection } from "./admin.ts";
import type { KafkaConfig } from "./config.ts";
import { commandToSet, kafkaCode, kafkaCodes } from "./kafka-error.ts";

/** ConfigResourceTypes.TOPIC, which kafkajs does not export to ES modules. */
const topicResource = 2;

type Expectation = { name: string; expected: string; why: string };

const size: Expectation = {
  name: "max.message.bytes",
  expected: String(largestBatchBytes),
  why: "large events would be refused",
};

/** How a topic must be kept so that nothing in it is lost. `min.insync.replicas` 2 of 3: acks=all then survives any one broker. */
function expectations(compacted: boolean, replicas: number): Expectation[] {
  const forEver = "events would be deleted";
  return [
    compacted
      ? { name: "cleanup.policy", expected: "compact", why: "old records would never go" }
      : { name: "cleanup.policy", expected: "delete", why: "older events of a key would be deleted" },
    { name: "retention.ms", expected: "-1", why: forEver },
    { name: "retention.bytes", expected: "-1", why: forEver },
    { name: "unclean.leader.election.enable", expected: "false", why: "confirmed events could be lost" },
    ...(replicas >= 3
      ? [
          {
            name: "min.insync.replicas",
            expected: "2",
            why: "an event could be confirmed by one broker alone",
          },
        ]
      : []),
  ];
}

/** Creates topics, checks those that exist, and knows how many partitions each has. */
export class Topics {
  readonly #admin: AdminConnection;
  readonly #config: KafkaConfig;
  readonly #partitions = new Map<string, Promise<number>>();

  constructor(admin: AdminConnection, config: KafkaConfig) {
    this.#admin = admin;
    this.#config = config;
  }

  /** How many partitions the topic has; it is made where it does not exist. */
  partitions(topic: string): Promise<number> {
    const known = this.#partitions.get(topic);
    if (known !== undefined) return known;
    const asked = this.#ensure(topic);
    this.#partitions.set(topic, asked);
    asked.catch(() => this.#partitions.delete(topic));
    return asked;
  }

  /** The same, of a topic that may not exist: null. */
  async existing(topic: string): Promise<number | null> {
    return this.#partitions.get(topic) ?? (await this.#found(topic))?.length ?? null;
  }

  /** How many a topic gets when it is made. */
  initial(topic: string): number {
    return this.#isCompacted(topic) ? 1 : this.#config.partitions;
  }

  #named(topic: string): string {
    return `${this.#config.prefix}${topic}`;
  }

  #isCompacted(topic: string): boolean {
    return this.#config.compacted.includes(topic);
  }

  async #ensure(topic: string): Promise<number> {
    const found = await this.#found(topic);
    if (found === null) await this.#create(topic);
    else await this.#check(topic, found);
    return found?.length ?? (await this.#untilServed(topic));
  }

  #ask<T>(topic: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    return this.#admin.ask(`topic ${topic}`, question);
  }

  #found(topic: string): Promise<PartitionMetadata[] | null> {
    return this.#ask(topic, async (admin) => {
      try {
        const { topics } = await admin.fetchTopicMetadata({ topics: [this.#named(topic)] });
        return topics[0]?.partitions ?? null;
      } catch (error) {
        if (kafkaCode(error) === kafkaCodes.unknownTopicOrPartition) return null;
        throw error;
      }
    });
  }

  async #create(topic: string): Promise<void> {
    const { replication } = this.#config;
    const entries = expectations(this.#isCompacted(topic), replication);
    const configEntries = [
      ...entries.map(({ name, expected }) => ({ name, value: expected })),
      { name: size.name, value: size.expected },
    ];
    const made: ITopicConfig = {
      topic: this.#named(topic),
      numPartitions: this.initial(topic),
      replicationFactor: replication,
      configEntries,
    };
    // One that another process has made meanwhile is no error.
    await this.#ask(topic, (admin) => admin.createTopics({ topics: [made], waitForLeaders: false }));
  }

  /** Until its partitions have leaders that serve them: who appends before is refused. */
  async #untilServed(topic: string): Promise<number> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const found = await this.#found(topic);
      if (found !== null && found.length > 0) {
        await this.#ask(topic, (admin) => admin.fetchTopicOffsets(this.#named(topic)));
        return found.length;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new EventLogError("log_unavailable", true, `topic ${topic} was made but is not to be seen yet`);
  }

  async #check(topic: string, partitions: readonly PartitionMetadata[]): Promise<void> {
    if (this.#isCompacted(topic) && partitions.length > 1) throw this.#divided(topic, partitions.length);
    const replicas = partitions[0]?.replicas.length ?? 0;
    const what = { includeSynonyms: false, resources: [{ type: topicResource, name: this.#named(topic) }] };
    const { resources } = await this.#ask(topic, (admin) => admin.describeConfigs(what));
    const values = new Map(resources[0]?.configEntries.map((one) => [one.configName, one.configValue]));
    for (const { name, expected, why } of expectations(this.#isCompacted(topic), replicas)) {
      const found = values.get(name);
      if (found === expected || (name === "min.insync.replicas" && Number(found) >= Number(expected)))
        continue;
      throw this.#misconfigured(topic, { name, expected, why }, found);
    }
    const largest = values.get(size.name);
    if (Number(largest) < largestBatchBytes) throw this.#misconfigured(topic, size, largest);
  }

  #divided(topic: string, partitions: number): EventLogError {
    const why = "a key's older record in another partition could take the place of its last one";
    const what = `Make ${this.#named(topic)} anew with one: docs/operations.md`;
    const message = `topic ${topic} has ${partitions} partitions: ${why}. Kafka takes none away. ${what}`;
    return new EventLogError("log_misconfigured", false, message);
  }

  #misconfigured(topic: string, { name, expected, why }: Expectation, found: string | undefined) {
    const command = commandToSet(this.#named(topic), name, expected);
    const message = `topic ${topic} has ${name}=${found}: ${why}. Set it: ${command}`;
    return new EventLogError("log_misconfigured", false, message);
  }
}
