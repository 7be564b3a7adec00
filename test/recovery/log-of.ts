import { join } from "node:path";
import { type Entry, type EventLog, openEventLog } from "@portalstream/event-log";
import { registryTopics } from "@portalstream/events";
import type { KafkaStack } from "../stacks/kafka/stack.ts";
import type { Stack } from "../stacks/stack.ts";

export function kafkaLogOf(env: KafkaStack["env"]): Promise<EventLog> {
  return openEventLog({
    kind: "kafka",
    brokers: (env.PORTALSTREAM_KAFKA_BROKERS ?? "").split(","),
    partitions: 1,
    replication: 1,
    prefix: env.PORTALSTREAM_KAFKA_PREFIX ?? "",
    security: { tls: { kind: "off" }, sasl: { kind: "none" } },
    topics: [],
    compacted: registryTopics,
  });
}

const embeddedLogOf = (stack: Stack, role: "writer" | "reader") =>
  openEventLog({ kind: "embedded", path: join(stack.dataDir, "log"), partitions: 1, role });

/** The log of a running stack, for reading. */
export const logOf = (stack: Stack | KafkaStack): Promise<EventLog> =>
  "env" in stack ? kafkaLogOf(stack.env) : embeddedLogOf(stack, "reader");

/** Appends past the product. The embedded log has one writer: the product is stopped meanwhile. */
export async function appendPast(stack: Stack | KafkaStack, topic: string, entries: readonly Entry[]) {
  const embedded = !("env" in stack);
  if (embedded) await stack.stop();
  const log = embedded ? await embeddedLogOf(stack, "writer") : await kafkaLogOf(stack.env);
  try {
    return await log.append(topic, entries);
  } finally {
    await log.close();
    if (embedded) await stack.restart();
  }
}

/** All that a topic holds now. */
export async function readPast(stack: Stack | KafkaStack, topic: string): Promise<Uint8Array[]> {
  const log = await logOf(stack);
  const values: Uint8Array[] = [];
  for (const { partition, first, end } of await log.extents(topic))
    for await (const { value } of log.read(topic, partition, first, end)) values.push(value);
  await log.close();
  return values;
}
