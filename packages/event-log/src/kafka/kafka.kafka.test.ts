import { randomUUID } from "node:crypto";
import { describe, inject } from "vitest";
import { consumerContract } from "../../test/consumer-contract.ts";
import { type Fresh, storageContract } from "../../test/contract.ts";

const brokers = inject("kafka");

/** A log of its own on the shared broker: its topics and groups have a prefix that nobody else has. */
async function fresh(): Promise<Fresh> {
  return {
    config: {
      kind: "kafka",
      brokers: brokers.split(","),
      partitions: 3,
      replication: 1,
      security: { tls: { kind: "off" }, sasl: { kind: "none" } },
      topics: [],
      compacted: [],
      prefix: `${randomUUID()}.`,
    },
    remove: async () => {},
  };
}

describe.skipIf(brokers === "")("Kafka", () => {
  storageContract("kafka", fresh);
  consumerContract("kafka", fresh);
});
