import type { Kafka, Consumer as KafkajsConsumer } from "kafkajs";
import { type Consumer, EventLogError } from "../port.ts";
import { toRecord } from "./fetcher.ts";
import { asLogError } from "./kafka-error.ts";
import { type Group, PartitionConsumer, type Place, type Settings } from "./partition-consumer.ts";

export type GroupWorld = {
  kafka: Kafka;
  settings: Settings;
  /** Of the names of topics and groups on the brokers. */
  prefix: string;
  isCompacted: (topic: string) => boolean;
  /** Of each of the topic's partitions: what the group is to handle next, and the oldest offset that is still there. */
  progress: (topic: string) => Promise<Map<number, Progress>>;
  /** Where the partition ends now. */
  end: (place: Place) => Promise<number>;
  onRestart: (reason: string) => void;
  watchdogMs: number;
};

export type Progress = { next: number; first: number };

const sessionTimeoutMs = 10_000;
const heartbeatMs = 2_000;
const fetchWaitMs = 250;
const farewellMs = 5_000;

const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

/**
 * A member of a consumer group. kafkajs keeps the membership and fetches; what it fetches is put into a queue a partition, so that
 * neither a slow handler nor a failing one holds up heartbeats or other partitions.
 */
export class GroupConsumer implements Consumer {
  readonly #world: GroupWorld;
  readonly #partitions = new Map<string, PartitionConsumer>();
  readonly #leaving = new Map<string, Promise<void>>();
  #consumer: KafkajsConsumer | null = null;
  #joinedAt: number | null = null;
  #startedAt = 0;
  #stopping = false;
  #restarting = false;
  #watchdog: NodeJS.Timeout | null = null;
  #assigned: readonly Place[] = [];
  #assigning: Promise<void> = Promise.resolve();

  constructor(world: GroupWorld) {
    this.#world = world;
  }

  async start(): Promise<void> {
    await this.#join();
    const { watchdogMs } = this.#world;
    this.#watchdog = setInterval(() => void this.#watch().catch(() => {}), watchdogMs / 4);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#watchdog !== null) clearInterval(this.#watchdog);
    await this.#assigning;
    await Promise.all([...this.#partitions.values()].map((one) => one.end()));
    await Promise.all(this.#leaving.values());
    await this.#leave();
  }

  async #join(): Promise<void> {
    const { kafka, settings, prefix } = this.#world;
    const consumer = kafka.consumer({
      groupId: `${prefix}${settings.group}`,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      rebalanceTimeout: 2 * sessionTimeoutMs,
      maxWaitTimeInMs: fetchWaitMs,
      maxBytesPerPartition: settings.maxBytes,
      maxBytes: 2 * settings.maxBytes,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8, restartOnFailure: async () => false },
    });
    this.#consumer = consumer;
    this.#joinedAt = null;
    this.#startedAt = performance.now();
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      this.#joinedAt = performance.now();
      const places = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic: topic.slice(prefix.length), partition })),
      );
      this.#assign(places);
    });
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) =>
      this.#restart(asLogError(error, "the consumer crashed").message),
    );
    try {
      await consumer.connect();
      await consumer.subscribe({
        topics: settings.topics.map((topic) => `${prefix}${topic}`),
        fromBeginning: true,
      });
      // Resolves when the group is joined, which waits for the session of a member that died to end.
      const running = consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch, heartbeat }) => {
          const { partition } = batch;
          const topic = batch.topic.slice(prefix.length);
          await this.#assigning;
          this.#partitions.get(keyOf({ topic, partition }))?.push(
            batch.messages.map((message) => toRecord(partition, message)),
            this.#world.isCompacted(topic),
          );
          await heartbeat();
        },
      });
      running.catch((error: unknown) => this.#restart(asLogError(error, "the group was not joined").message));
    } catch (error) {
      await this.#leave();
      throw asLogError(error, `group ${settings.group} cannot consume`);
    }
  }

  /** After a rebalance: lets go of what others have now, goes on with what stayed, begins what came. */
  #assign(places: readonly Place[]): void {
    this.#assigned = places;
    const kept = new Set(places.map(keyOf));
    for (const [key, partition] of this.#partitions) if (!kept.has(key)) this.#letGo(key, partition);
    this.#assigning = this.#begin(places).catch((error: unknown) =>
      this.#restart(asLogError(error, "the group's progress cannot be read").message),
    );
  }

  #letGo(key: string, partition: PartitionConsumer): void {
    this.#partitions.delete(key);
    const gone = partition.end().then(() => {
      if (this.#leaving.get(key) === gone) this.#leaving.delete(key);
    });
    this.#leaving.set(key, gone);
  }

  async #begin(places: readonly Place[]): Promise<void> {
    const topics = [...new Set(places.map(({ topic }) => topic))];
    const read = topics.map(async (topic) => [topic, await this.#world.progress(topic)] as const);
    const progress = new Map(await Promise.all(read));
    // Another rebalance may have come meanwhile.
    if (this.#stopping || this.#assigned !== places) return;
    for (const place of places)
      this.#goOn(place, progress.get(place.topic)?.get(place.partition) ?? { next: 0, first: 0 });
  }

  #goOn(place: Place, { next, first }: Progress): void {
    const key = keyOf(place);
    const group = this.#group();
    const kept = this.#partitions.get(key);
    // A member that was away for longer than its session was replaced: what it still holds was done by another.
    if (kept !== undefined && next <= kept.reached) {
      group.flow(place, kept.flowing);
      return;
    }
    if (kept !== undefined) this.#letGo(key, kept);
    const before = this.#leaving.get(key) ?? Promise.resolve();
    const from = Math.max(next, first);
    this.#partitions.set(key, new PartitionConsumer(place, from, this.#world.settings, group, before));
    group.flow(place, true);
  }

  #group(): Group {
    const { prefix } = this.#world;
    return {
      commit: async (place, next) => {
        const { topic, partition } = place;
        const consumer = this.#consumer;
        if (consumer === null)
          throw new EventLogError("log_unavailable", true, "the group is being rejoined");
        await this.#assigning;
        // Another began where this one had begun, and is further: the group must not be set back.
        if (this.#partitions.get(keyOf(place))?.place !== place)
          throw new EventLogError("log_unavailable", true, "the partition was taken over");
        try {
          await consumer.commitOffsets([{ topic: `${prefix}${topic}`, partition, offset: String(next) }]);
        } catch (error) {
          throw asLogError(error, `the progress of ${this.#world.settings.group} was not saved`);
        }
      },
      flow: ({ topic, partition }, open) => {
        const which = [{ topic: `${prefix}${topic}`, partitions: [partition] }];
        if (open) this.#consumer?.resume(which);
        else this.#consumer?.pause(which);
      },
      seek: ({ topic, partition }, offset) =>
        this.#consumer?.seek({ topic: `${prefix}${topic}`, partition, offset: String(offset) }),
    };
  }

  /** kafkajs may stop fetching without a word. Lag without progress, while nothing is being handled, is a reason to begin again. */
  async #watch(): Promise<void> {
    if (this.#stopping || this.#restarting) return;
    const { watchdogMs } = this.#world;
    const now = performance.now();
    if (this.#joinedAt === null) {
      if (now - this.#startedAt > watchdogMs) this.#restart("the group was not joined");
      return;
    }
    for (const partition of this.#partitions.values()) {
      if (!partition.waiting) partition.progressAt = now;
      if (now - partition.progressAt < watchdogMs) continue;
      const reached = partition.reached;
      if ((await this.#world.end(partition.place)) <= reached) partition.progressAt = performance.now();
      else if (partition.waiting && partition.reached === reached)
        return this.#restart(`${keyOf(partition.place)} lags at ${reached} and nothing comes`);
    }
  }

  #restart(reason: string): void {
    if (this.#stopping || this.#restarting) return;
    this.#restarting = true;
    this.#world.onRestart(reason);
    void this.#rejoin();
  }

  async #rejoin(): Promise<void> {
    await this.#leave();
    for (let pauseMs = 200; !this.#stopping; pauseMs = Math.min(2 * pauseMs, 5_000)) {
      try {
        await this.#join();
        break;
      } catch (error) {
        this.#world.settings.onError(error, { topic: "", partition: -1, offset: -1 });
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
    for (const partition of this.#partitions.values()) partition.progressAt = performance.now();
    this.#restarting = false;
    if (this.#stopping) await this.#leave();
  }

  async #leave(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = null;
    if (consumer === null) return;
    const patience = new Promise<void>((resolve) => setTimeout(resolve, farewellMs).unref());
    await Promise.race([consumer.disconnect().catch(() => {}), patience]);
  }
}
