import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClickHouse, openClickHouse } from "@portalstream/clickhouse";
import { topics } from "@portalstream/events";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { engineQueue } from "../stacks/kafka/engine.ts";
import { type KafkaStack, startKafkaStack } from "../stacks/kafka/stack.ts";
import { enrol, post } from "../stacks/stack.ts";
import * as bodies from "./bodies.ts";

const brokers = inject("kafka");

describe.skipIf(brokers === "")("a tool that knows only Avro, Kafka and Confluent's registry", () => {
  let stack: KafkaStack;
  let db: ClickHouse;
  let folder: string;
  beforeAll(async () => {
    stack = await startKafkaStack({ brokers });
    folder = await mkdtemp(join(tmpdir(), "portalstream-engine-"));
    db = await openClickHouse({ kind: "chdb", path: folder });
  });
  afterAll(async () => {
    await db.close();
    await rm(folder, { recursive: true, force: true });
    await stack.dispose();
  });

  test("reads our topics: ClickHouse's Kafka engine with AvroConfluent", async () => {
    await enrol(stack, bodies.memberId, bodies.applicationToken);
    expect((await post(stack, bodies.customerMessage)).status).toBe(200);
    const prefix = stack.env.PORTALSTREAM_KAFKA_PREFIX ?? "";
    const topic = `${prefix}${topics.messages}`;
    await db.command(engineQueue({ brokers, topic, group: randomUUID(), registryUrl: stack.url }));
    await db.command(`CREATE TABLE found (portal String, name String, texts Array(Nullable(String)))
      ENGINE = MergeTree ORDER BY portal`);
    await db.command(`CREATE MATERIALIZED VIEW feed TO found AS
      SELECT envelope.portal AS portal, envelope.name AS name, messages.text AS texts FROM queue`);
    const deadline = performance.now() + 180_000;
    let found: unknown[] = [];
    while (found.length === 0 && performance.now() < deadline) {
      await sleep(250);
      found = await db.query("SELECT * FROM found");
    }
    await db.command("DROP VIEW feed");
    await db.command("DROP TABLE queue");
    expect(found).toMatchObject([{ portal: bodies.memberId, name: "ONOPENLINEMESSAGEADD" }]);
  });
});
