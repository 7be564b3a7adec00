import type { Kafka } from "kafkajs";
import { EventLogError, type LogRecord } from "../port.ts";
import { type FetchAnswer, recordsOf } from "./fetch-answer.ts";
import { asLogError } from "./kafka-error.ts";

const maxBytes = 4 * 2 ** 20;
const attempts = 5;
const pauseMs = 100;

/** `held`: the broker held back what it has, to slow this client down. */
export type Fetched = { records: LogRecord[]; end: number; held: boolean };

/**
 * Reads a partition from an offset without a consumer group, which kafkajs has no public way to do: this uses its cluster
 * connection (kafkajs 2.2.4, src/cluster), the one that its own consumers fetch with.
 */
export class Fetcher {
  readonly #kafka: Kafka;
  #cluster: Promise<Cluster> | null = null;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  /** What there is from `from` on, up to some megabytes, and where the partition ended at that moment. */
  async fetch(topic: string, partition: number, from: number): Promise<Fetched> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#fetchOnce(topic, partition, from);
      } catch (error) {
        if (attempt === attempts) throw asLogError(error, `${topic}/${partition} cannot be read`);
        // The leader may have moved, or the connection is gone.
        await this.#forget();
        await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt));
      }
    }
  }

  async close(): Promise<void> {
    await this.#forget();
  }

  async #fetchOnce(topic: string, partition: number, from: number): Promise<Fetched> {
    this.#cluster ??= connect(this.#kafka);
    const cluster = await this.#cluster;
    await cluster.addTargetTopic(topic);
    await cluster.refreshMetadataIfNecessary();
    const leader = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))[0];
    if (leader === undefined)
      throw new EventLogError("log_unavailable", true, `${topic}/${partition} has no leader`);
    const broker = await cluster.findBroker({ nodeId: leader });
    const { responses, clientSideThrottleTime } = await broker.fetch({
      maxWaitTime: 0,
      minBytes: 0,
      maxBytes,
      isolationLevel: 1,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes }] }],
    });
    const answer = responses[0]?.partitions[0];
    if (answer === undefined)
      throw new EventLogError("log_unavailable", true, "the broker's answer is empty");
    const records = recordsOf(answer.messages).filter(({ offset }) => offset >= from);
    return { records, end: Number(answer.highWatermark), held: clientSideThrottleTime > 0 };
  }

  async #forget(): Promise<void> {
    const cluster = this.#cluster;
    this.#cluster = null;
    await cluster?.then((one) => one.disconnect()).catch(() => {});
  }
}

/** Bounded by what exists when it gets there; the next piece is on its way while this one is read. */
export async function* readRange(
  fetcher: Pick<Fetcher, "fetch">,
  topic: string,
  partition: number,
  from: number,
  to: number,
): AsyncGenerator<LogRecord> {
  if (from >= to) return;
  let reached = from;
  let next: Promise<Fetched> = fetcher.fetch(topic, partition, reached);
  for (;;) {
    const { records, end, held } = await next;
    // An answer without records is not the end: a compacted topic may hold a batch here that was emptied.
    if (!held) reached = (records.at(-1)?.offset ?? reached) + 1;
    const more = reached < Math.min(to, end);
    if (more) {
      next = fetcher.fetch(topic, partition, reached);
      // Its failure is met when it is awaited, or by nobody when the reader stops before.
      next.catch(() => {});
    }
    for (const record of records) {
      if (record.offset >= to) return;
      yield record;
    }
    if (!more) return;
  }
}

async function connect(kafka: Kafka): Promise<Cluster> {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  const create: unknown = symbol === undefined ? undefined : Reflect.get(kafka, symbol);
  if (typeof create !== "function")
    throw new EventLogError("log_unavailable", false, "this version of kafkajs does not fit the adapter");
  const cluster: Cluster = create({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
  await cluster.connect();
  return cluster;
}

type FetchRequest = {
  maxWaitTime: number;
  minBytes: number;
  maxBytes: number;
  isolationLevel: number;
  topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
};
type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(which: { nodeId: string }): Promise<{ fetch(request: FetchRequest): Promise<FetchAnswer> }>;
};
