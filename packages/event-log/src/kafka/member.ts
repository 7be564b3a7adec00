import type { EachBatchPayload, Kafka, Consumer as KafkajsConsumer } from "kafkajs";
import { EventLogError, type LogRecord } from "../port.ts";
import { recordsOf } from "./fetch-answer.ts";
import { asLogError, kafkaCode, kafkaCodes } from "./kafka-error.ts";
import type { Place, Settings } from "./partition-consumer.ts";

export type MemberWorld = {
  kafka: Kafka;
  settings: Settings;
  /** Of the names of topics and groups on the brokers. */
  prefix: string;
  /** After every rebalance; nothing was fetched since. */
  onAssigned: (places: readonly Place[]) => void;
  /** `end`: the offset that the partition's next record will have. */
  onFetched: (place: Place, records: readonly LogRecord[], end: number) => Promise<void>;
  onCrash: (error: unknown) => void;
};

const sessionTimeoutMs = 10_000;
const heartbeatMs = 2_000;
const fetchWaitMs = 250;
// Of a partition; larger answers are memory fresh from the system, page by page, which costs more than asking again.
const fetchBytes = 4 * 2 ** 20;

const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

/** One membership of a consumer group, from joining to leaving, as kafkajs keeps it. */
export class Member {
  readonly #world: MemberWorld;
  readonly #consumer: KafkajsConsumer;
  /** What the brokers confirmed to be saved. */
  readonly #saved = new Map<string, number>();
  #running: Promise<void> = Promise.resolve();
  #left = false;

  constructor(world: MemberWorld) {
    const { kafka, settings, prefix } = world;
    this.#world = world;
    this.#consumer = kafka.consumer({
      groupId: `${prefix}${settings.group}`,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      rebalanceTimeout: 2 * sessionTimeoutMs,
      maxWaitTimeInMs: fetchWaitMs,
      maxBytesPerPartition: Math.min(settings.maxBytes, fetchBytes),
      maxBytes: Math.min(2 * settings.maxBytes, 4 * fetchBytes),
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8, restartOnFailure: async () => false },
    });
    this.#listen();
  }

  /** Resolves when it is connected; joining the group waits for the session of a member that died to end. */
  async join(): Promise<void> {
    const { settings, prefix } = this.#world;
    try {
      await this.#consumer.connect();
      const topics = settings.topics.map((topic) => `${prefix}${topic}`);
      await this.#consumer.subscribe({ topics, fromBeginning: true });
    } catch (error) {
      throw asLogError(error, `group ${settings.group} cannot consume`);
    }
    if (this.#left) return;
    const eachBatch = async ({ batch, heartbeat }: EachBatchPayload) => {
      if (this.#left) return;
      const { topic, partition, messages, highWatermark } = batch;
      const place = this.#placeOf(topic, partition);
      await this.#world.onFetched(place, recordsOf(messages), Number(highWatermark));
      await heartbeat();
    };
    this.#running = this.#consumer.run({ autoCommit: false, eachBatch });
    this.#running.catch((error: unknown) => this.#crash(error));
  }

  /** Bounded by whoever calls. */
  async leave(): Promise<void> {
    this.#left = true;
    // Were it let go of while it joins, kafkajs would join nevertheless, and keep the partitions from others for ever.
    await this.#running.catch(() => {});
    await this.#consumer.disconnect().catch(() => {});
  }

  async commit(place: Place, next: number): Promise<void> {
    const { topic, partition } = this.#named(place);
    try {
      await this.#consumer.commitOffsets([{ topic, partition, offset: String(next) }]);
    } catch (error) {
      // The group has gone on without this member. Who waits for kafkajs to join again while handlers are busy may wait for ever.
      if (kafkaCode(error) === kafkaCodes.unknownMemberId) this.#crash(error);
      throw asLogError(error, `the progress of ${this.#world.settings.group} was not saved`);
    }
    // kafkajs resolves without a word when it has just crashed or stopped.
    if (this.#saved.get(keyOf(place)) !== next)
      throw new EventLogError("log_unavailable", true, "the member was leaving: its progress was not saved");
  }

  /** Whether more should be fetched for the partition. */
  flow(place: Place, open: boolean): void {
    const { topic, partition } = this.#named(place);
    this.#unlessEnded(() => this.#consumer[open ? "resume" : "pause"]([{ topic, partitions: [partition] }]));
  }

  seek(place: Place, offset: number): void {
    this.#unlessEnded(() => this.#consumer.seek({ ...this.#named(place), offset: String(offset) }));
  }

  #listen(): void {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      if (this.#left) return;
      const places = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => this.#placeOf(topic, partition)),
      );
      this.#world.onAssigned(places);
    });
    this.#consumer.on(events.COMMIT_OFFSETS, ({ payload: { topics } }) => {
      for (const { topic, partitions } of topics)
        for (const { partition, offset } of partitions)
          this.#saved.set(keyOf(this.#placeOf(topic, partition)), Number(offset));
    });
    this.#consumer.on(events.CRASH, ({ payload: { error } }) => this.#crash(error));
  }

  #crash(error: unknown): void {
    if (!this.#left) this.#world.onCrash(error);
  }

  /** kafkajs throws when it has crashed or stopped; the member that comes next is told anew what to fetch. */
  #unlessEnded(call: () => void): void {
    try {
      call();
    } catch {}
  }

  #placeOf(topic: string, partition: number): Place {
    return { topic: topic.slice(this.#world.prefix.length), partition };
  }

  #named({ topic, partition }: Place): Place {
    return { topic: `${this.#world.prefix}${topic}`, partition };
  }
}
