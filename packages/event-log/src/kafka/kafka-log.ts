import { consumptionDefaults } from "../consumption-defaults.ts";
import { refuseTooLarge } from "../largest-record.ts";
import {
  type Consumer,
  type Consumption,
  type Entry,
  type EventLog,
  EventLogError,
  type Handle,
  type LogRecord,
  type Observe,
  type Position,
} from "../port.ts";
import { AdminConnection } from "./admin.ts";
import { Budget } from "./budget.ts";
import { type KafkaConfig, kafkaClient } from "./config.ts";
import { Fetcher, readRange } from "./fetcher.ts";
import { GroupConsumer, type Progress } from "./group-consumer.ts";
import { Lanes } from "./lanes.ts";
import { partitionOf } from "./partition-of.ts";
import { Topics } from "./topics.ts";

const defaultWatchdogMs = 60_000;
/** Of records that a consumer holds in memory, whatever the number of its partitions. */
const budgetBytes = 256 * 2 ** 20;

/** The port over Kafka: who may do what, and in which order it ends. */
export class KafkaLog implements EventLog {
  readonly #config: KafkaConfig;
  readonly #observe: Observe;
  readonly #watchdogMs: number;
  readonly #admin: AdminConnection;
  readonly #topics: Topics;
  readonly #fetcher: Fetcher;
  readonly #lanes: Lanes;
  readonly #consumers = new Set<Consumer>();
  readonly #appending = new Set<Promise<unknown>>();
  #state: "open" | "closing" | "closed" = "open";
  #closing: Promise<void> | null = null;
  #cluster = "";

  constructor(config: KafkaConfig, observe: Observe, watchdogMs = defaultWatchdogMs) {
    const kafka = kafkaClient(config);
    this.#config = config;
    this.#observe = observe;
    this.#watchdogMs = watchdogMs;
    this.#admin = new AdminConnection(kafka);
    this.#topics = new Topics(this.#admin, config);
    this.#fetcher = new Fetcher(kafka);
    this.#lanes = new Lanes(kafka, observe);
  }

  /** Its name for itself, once this log was prepared. */
  get cluster(): string {
    return this.#cluster;
  }

  /** Creates or checks the configured topics. */
  async prepare(): Promise<void> {
    this.#cluster = (await this.#describe()).clusterId;
    for (const topic of this.#config.topics) await this.#topics.partitions(topic);
  }

  async append(topic: string, entries: readonly Entry[]): Promise<Position[]> {
    this.#refuseIfClosed();
    if (entries.length === 0) return [];
    refuseTooLarge(entries);
    const appending = this.#append(topic, entries);
    this.#appending.add(appending);
    try {
      return await appending;
    } finally {
      this.#appending.delete(appending);
    }
  }

  async #append(topic: string, entries: readonly Entry[]): Promise<Position[]> {
    const count = await this.#topics.partitions(topic);
    const partitions = entries.map(({ key }) => partitionOf(key, count));
    const offsets = await this.#lanes.append(this.#named(topic), entries, partitions);
    return partitions.map((partition, at) => ({ topic, partition, offset: offsets[at] ?? -1 }));
  }

  async consume(what: Consumption, handle: Handle): Promise<Consumer> {
    this.#refuseUnlessOpen();
    const settings = { ...consumptionDefaults, ...what, handle };
    for (const topic of what.topics) await this.#topics.partitions(topic);
    const group = new GroupConsumer({
      newClient: () => kafkaClient(this.#config),
      settings,
      prefix: this.#config.prefix,
      isCompacted: (topic) => this.#config.compacted.includes(topic),
      progress: (topic) => this.#progress(what.group, topic),
      end: async ({ topic, partition }) => this.#extent(await this.extents(topic), partition).end,
      onRestart: (reason) => this.#observe({ kind: "consumer-restarted", group: what.group, reason }),
      watchdogMs: this.#watchdogMs,
      budget: new Budget(budgetBytes),
    });
    const consumer = {
      stop: async () => {
        await group.stop();
        this.#consumers.delete(consumer);
      },
    };
    // The log may be closed while this waits for the brokers.
    this.#refuseUnlessOpen();
    this.#consumers.add(consumer);
    try {
      await group.start();
      this.#refuseUnlessOpen();
    } catch (error) {
      await consumer.stop();
      throw error;
    }
    return consumer;
  }

  async *read(topic: string, partition: number, from: number, to: number): AsyncGenerator<LogRecord> {
    this.#refuseIfClosed();
    const extent = (await this.extents(topic)).find((one) => one.partition === partition);
    if (extent === undefined) return;
    const [start, stop] = [Math.max(from, extent.first), Math.min(to, extent.end)];
    for await (const record of readRange(this.#fetcher, this.#named(topic), partition, start, stop)) {
      yield record;
      this.#refuseIfClosed();
    }
  }

  async extents(topic: string): Promise<{ partition: number; first: number; end: number }[]> {
    this.#refuseIfClosed();
    const count = await this.#topics.existing(topic);
    if (count === null) return this.#ofNew(topic, (partition) => ({ partition, first: 0, end: 0 }));
    const offsets = await this.#admin.ask(`the extents of ${topic} cannot be read`, (admin) =>
      admin.fetchTopicOffsets(this.#named(topic)),
    );
    return offsets
      .map(({ partition, low, high }) => ({ partition, first: Number(low), end: Number(high) }))
      .sort((a, b) => a.partition - b.partition);
  }

  async progress(group: string, topic: string): Promise<{ partition: number; next: number }[]> {
    this.#refuseIfClosed();
    const count = await this.#topics.existing(topic);
    if (count === null) return this.#ofNew(topic, (partition) => ({ partition, next: 0 }));
    const which = { groupId: this.#named(group), topics: [this.#named(topic)] };
    const answer = await this.#admin.ask(`the progress of ${group} cannot be read`, (admin) =>
      admin.fetchOffsets(which),
    );
    const saved = new Map(answer[0]?.partitions.map((one) => [one.partition, Number(one.offset)]));
    return perPartition(count, (partition) => ({ partition, next: Math.max(0, saved.get(partition) ?? 0) }));
  }

  async ready(): Promise<void> {
    this.#refuseIfClosed();
    await this.#describe();
  }

  #describe(): Promise<{ clusterId: string }> {
    return this.#admin.ask("Kafka cannot be reached", (admin) => admin.describeCluster());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#state = "closing";
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()));
    this.#state = "closed";
    await Promise.allSettled(this.#appending);
    await Promise.all([this.#lanes.close(), this.#fetcher.close(), this.#admin.close()]);
  }

  async #progress(group: string, topic: string): Promise<Map<number, Progress>> {
    // In this order: another member may save more meanwhile, of what came after the extents were read.
    const saved = await this.progress(group, topic);
    const extents = await this.extents(topic);
    return new Map(
      saved.map(({ partition, next }) => [partition, { next, ...this.#extent(extents, partition) }]),
    );
  }

  #extent(extents: readonly { partition: number; first: number; end: number }[], partition: number) {
    const { first, end } = extents.find((one) => one.partition === partition) ?? { first: 0, end: 0 };
    return { first, end };
  }

  #named(topicOrGroup: string): string {
    return `${this.#config.prefix}${topicOrGroup}`;
  }

  #ofNew<T>(topic: string, one: (partition: number) => T): T[] {
    return perPartition(this.#topics.initial(topic), one);
  }

  #refuseUnlessOpen(): void {
    if (this.#state !== "open") throw closed();
  }

  #refuseIfClosed(): void {
    if (this.#state === "closed") throw closed();
  }
}

const perPartition = <T>(count: number, one: (partition: number) => T): T[] =>
  Array.from({ length: count }, (_, partition) => one(partition));

const closed = () => new EventLogError("log_closed", false, "the log was closed");
