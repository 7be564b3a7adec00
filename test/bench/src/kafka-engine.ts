import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openClickHouse } from "@portalstream/clickhouse";
import { schemaVersions, topics } from "@portalstream/events";
import { widenThreadPool } from "@portalstream/runtime";
import { engineFiles, engineQueue } from "../../stacks/kafka/engine.ts";

// The reference: ClickHouse's own Kafka engine, from the topic of messages into a table like message_facts and no other.
// node kafka-engine.ts BROKERS ROWS
widenThreadPool();
const [brokers = "", expected = "0"] = process.argv.slice(2);

const registry = createServer((request, answer) => {
  const id = Number(/\/schemas\/ids\/(\d+)/.exec(request.url ?? "")?.[1]);
  const schema = schemaVersions.find((one) => one.id === id)?.schema;
  answer.setHeader("content-type", "application/vnd.schemaregistry.v1+json");
  answer.end(JSON.stringify({ schema }));
});
await new Promise<void>((done) => registry.listen(0, "127.0.0.1", () => done()));
const address = registry.address();
const port = typeof address === "object" && address !== null ? address.port : 0;

const folder = await mkdtemp(join(tmpdir(), "portalstream-bench-"));
const db = await openClickHouse({ kind: "chdb", path: folder });
const text = "Nullable(String)";
const registryUrl = `http://127.0.0.1:${port}`;
await db.command(engineQueue({ brokers, topic: topics.messages, group: "engine", registryUrl }));
await db.command(`CREATE TABLE messages (portal LowCardinality(String), message_key String, event_id String, action String,
  origin String, at DateTime64(3, 'UTC'), connector LowCardinality(String), line LowCardinality(String), external_chat_id String,
  bitrix_chat String, direction String, author_kind String, author_id String, bitrix_message_id String,
  external_message_ids Array(String), author_name String, text ${text} CODEC(ZSTD(1)), files ${engineFiles},
  topic LowCardinality(String), partition UInt16, offset UInt64)
ENGINE = ReplacingMergeTree ORDER BY (portal, message_key, event_id, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912`);
const started = performance.now();
const before = process.cpuUsage();
await db.command(`CREATE MATERIALIZED VIEW feed TO messages AS SELECT envelope.portal AS portal,
  concat(ifNull(m.connector, ''), '|', ifNull(m.line, ''), '|', ifNull(m.externalChatId, ''), '|',
    arrayStringConcat(m.externalMessageIds, ',')) AS message_key,
  envelope.eventId AS event_id, action, origin, toDateTime64(envelope.occurredAt, 3, 'UTC') AS at,
  ifNull(m.connector, '') AS connector, ifNull(m.line, '') AS line, ifNull(m.externalChatId, '') AS external_chat_id,
  ifNull(m.bitrixChatId, '') AS bitrix_chat, m.direction AS direction, m.authorKind AS author_kind,
  ifNull(m.authorId, '') AS author_id, ifNull(m.bitrixMessageId, '') AS bitrix_message_id,
  m.externalMessageIds AS external_message_ids, ifNull(m.authorName, '') AS author_name, m.text AS text, m.files AS files,
  _topic AS topic, _partition AS partition, _offset AS offset
FROM queue ARRAY JOIN messages AS m`);
let rows = 0;
let [firstAt, firstRows, lastAt] = [0, 0, 0];
while (rows < Number(expected) && performance.now() - started < 300_000) {
  await sleep(50);
  const counted = Number((await db.query<{ n: string }>("SELECT count() AS n FROM messages"))[0]?.n);
  if (counted === rows) continue;
  [rows, lastAt] = [counted, performance.now()];
  if (firstAt === 0) [firstAt, firstRows] = [lastAt, counted];
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  `${JSON.stringify({
    rows,
    seconds: (lastAt - started) / 1000,
    // Without joining the group, and without the first block, whose beginning nobody saw.
    perSecond: lastAt > firstAt ? ((rows - firstRows) * 1000) / (lastAt - firstAt) : 0,
    cpuMicros: (user + system) / rows,
  })}\n`,
);
await db.command("DROP VIEW feed");
await db.close();
registry.close();
await rm(folder, { recursive: true, force: true });
process.exit(0);
