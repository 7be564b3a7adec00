import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openEventLog } from "@portalstream/event-log";
import { encodeRecord, type LogEvent, topicOf } from "@portalstream/events";
import { type Projection, type ProjectionWorld, runProjection } from "@portalstream/projection";

/** Appends the batches in their order to topics of their own, and projects them from there to the end. */
export async function projectFromKafka(
  brokers: string,
  projection: Projection,
  batches: readonly LogEvent[][],
  world: Omit<ProjectionWorld, "log">,
): Promise<void> {
  const log = await openEventLog({
    kind: "kafka",
    brokers: brokers.split(","),
    partitions: 1,
    replication: 1,
    prefix: `${randomUUID()}.`,
    security: { tls: { kind: "off" }, sasl: { kind: "none" } },
    topics: [],
    compacted: [],
  });
  try {
    for (const events of batches)
      for (const event of events)
        await log.append(topicOf(event), [{ key: event.envelope.portal, value: encodeRecord(event) }]);
    const sent = new Set(batches.flat().map(topicOf));
    const topics = projection.topics.filter((topic) => sent.has(topic));
    if (topics.length === 0) return;
    const consumer = await runProjection({ ...projection, topics }, { log, ...world });
    for (const topic of topics) {
      const [extent] = await log.extents(topic);
      while (((await log.progress(projection.name, topic))[0]?.next ?? 0) < (extent?.end ?? 0))
        await sleep(20);
    }
    await consumer.stop();
  } finally {
    await log.close();
  }
}
