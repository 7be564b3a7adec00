import { randomUUID } from "node:crypto";
import { type Admin, Kafka, logLevel, type PartitionMetadata } from "kafkajs";
import type { KafkaConfig } from "../src/kafka/config.ts";

/** A log of its own on a shared Kafka: its topics and groups have a prefix that nobody else has. */
export const configOn = (brokers: string, more: Partial<KafkaConfig> = {}): KafkaConfig => ({
  kind: "kafka",
  brokers: brokers.split(","),
  partitions: 2,
  replication: 1,
  security: { tls: { kind: "off" }, sasl: { kind: "none" } },
  topics: [],
  compacted: [],
  prefix: `${randomUUID()}.`,
  ...more,
});

/** What an operator would do with Kafka's own tools. */
export async function asOperator<T>({ brokers }: KafkaConfig, act: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
}

/** What each broker says of a topic's partitions. They hear of a change one after the other, and kafkajs itself asks any of them. */
export async function onEachBroker({ brokers }: KafkaConfig, topic: string): Promise<PartitionMetadata[][]> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const cluster = clusterOf(kafka);
  await cluster.connect();
  try {
    await cluster.refreshMetadata();
    const said = brokers.map(async (_, at) => {
      const broker = await cluster.findBroker({ nodeId: String(at + 1) });
      const { topicMetadata } = await broker.metadata([topic]);
      return topicMetadata.flatMap(({ partitionMetadata }) => partitionMetadata);
    });
    return await Promise.all(said);
  } finally {
    await cluster.disconnect();
  }
}

/** kafkajs has no public way to ask a certain broker. */
function clusterOf(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  const create: (options: object) => Cluster = Reflect.get(kafka, symbol ?? "");
  return create({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
}

type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  findBroker(which: { nodeId: string }): Promise<{ metadata(topics: string[]): Promise<TopicMetadata> }>;
};
type TopicMetadata = { topicMetadata: { partitionMetadata: PartitionMetadata[] }[] };
