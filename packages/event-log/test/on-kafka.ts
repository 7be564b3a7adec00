import { randomUUID } from "node:crypto";
import { type Admin, Kafka, logLevel } from "kafkajs";
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
