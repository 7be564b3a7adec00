import { setTimeout as sleep } from "node:timers/promises";
import type { Kafka } from "kafkajs";
import { type Consumer, EventLogError, type LogRecord } from "../port.ts";
import type { Budget } from "./budget.ts";
import { asLogError } from "./kafka-error.ts";
import { lostOffset } from "./lost-offset.ts";
import { Member } from "./member.ts";
import { type Group, PartitionConsumer, type Place, type Settings } from "./partition-consumer.ts";
import { within } from "./within.ts";

export type GroupWorld = {
  /** kafkajs shares what it knows of a group's progress within a client, so every member has its own. */
  newClient: () => Kafka;
  settings: Settings;
  /** Of the names of topics and groups on the brokers. */
  prefix: string;
  isCompacted: (topic: string) => boolean;
  /** Of each of the topic's partitions: what the group is to handle next, and what the log holds. */
  progress: (topic: string) => Promise<Map<number, Progress>>;
  /** Where the partition ends now. */
  end: (place: Place) => Promise<number>;
  onRestart: (reason: string) => void;
  watchdogMs: number;
  /** For what its partitions hold together. */
  budget: Budget;
};

export type Progress = { next: number; first: number; end: number };

/**
 * Whether the group had begun, and the log no longer holds what it is to handle next: going on would skip the records that get the
 * offsets of the lost ones, or those that were deleted unread.
 */
const isLost = ({ next, first, end }: Progress, compacted: boolean): boolean =>
  next > 0 && (next > end || (next < first && !compacted));

const farewellMs = 5_000;
const commitMs = 10_000;
const longestPauseMs = 5_000;
/** A member that lasted so long has not failed at once. */
const healthyMs = 30_000;

const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

/**
 * Consumes as a group's member, and as another one when that fails. kafkajs keeps the membership and fetches; what it fetches is put
 * into a queue a partition, so that neither a slow handler nor a failing one holds up heartbeats or other partitions.
 */
export class GroupConsumer implements Consumer {
  readonly #world: GroupWorld;
  readonly #partitions = new Map<string, PartitionConsumer>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #ending = new AbortController();
  #member: Member | null = null;
  #joinedAt: number | null = null;
  #startedAt = 0;
  #pauseMs = 0;
  #rejoining: Promise<void> | null = null;
  #watchdog: NodeJS.Timeout | null = null;
  #assigned: readonly Place[] = [];
  #assigning: Promise<void> = Promise.resolve();

  constructor(world: GroupWorld) {
    this.#world = world;
  }

  async start(): Promise<void> {
    await this.#join();
    if (this.#stopping) return;
    this.#watchdog = setInterval(() => void this.#watch().catch(() => {}), this.#world.watchdogMs / 4);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    if (this.#watchdog !== null) clearInterval(this.#watchdog);
    await Promise.all([...this.#partitions.values()].map((one) => one.end()));
    await Promise.all(this.#leaving.values());
    await this.#leave();
    if (this.#rejoining !== null) await within(farewellMs, this.#rejoining).catch(() => {});
  }

  get #stopping(): boolean {
    return this.#ending.signal.aborted;
  }

  async #join(): Promise<void> {
    const { newClient, settings, prefix } = this.#world;
    const member = new Member({
      kafka: newClient(),
      settings,
      prefix,
      onAssigned: (places) => this.#assign(places),
      onFetched: (place, records, end) => this.#fetched(place, records, end),
      onCrash: (error) => this.#crashed(error),
    });
    this.#member = member;
    this.#joinedAt = null;
    this.#startedAt = performance.now();
    try {
      await member.join();
    } catch (error) {
      await this.#leave();
      throw error;
    }
  }

  async #fetched(place: Place, records: readonly LogRecord[], end: number): Promise<void> {
    let assigning: Promise<void>;
    do {
      assigning = this.#assigning;
      await assigning;
    } while (assigning !== this.#assigning);
    this.#partitions.get(keyOf(place))?.push(records, this.#world.isCompacted(place.topic), end);
  }

  /** After a rebalance: lets go of what others have now, goes on with what stayed, begins what came. */
  #assign(places: readonly Place[]): void {
    this.#joinedAt = performance.now();
    this.#assigned = places;
    const kept = new Set(places.map(keyOf));
    for (const [key, partition] of this.#partitions) {
      if (!kept.has(key)) {
        this.#letGo(key, partition);
        continue;
      }
      // Before the first fetch, which would be of all that is assigned, from where the group's progress was saved.
      this.#member?.flow(partition.place, partition.flowing);
      this.#member?.seek(partition.place, partition.reached);
    }
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
      this.#goOn(place, progress.get(place.topic)?.get(place.partition) ?? { next: 0, first: 0, end: 0 });
  }

  #goOn(place: Place, { next, first, end }: Progress): void {
    const key = keyOf(place);
    const kept = this.#partitions.get(key);
    // A member that was away for longer than its session was replaced: what it still holds was done by another.
    if (kept !== undefined && next <= kept.reached) return;
    if (kept !== undefined) this.#letGo(key, kept);
    const before = this.#leaving.get(key) ?? Promise.resolve();
    const from = Math.max(next, first);
    const partition = new PartitionConsumer(place, from, this.#world.settings, this.#group(), before);
    this.#partitions.set(key, partition);
    if (isLost({ next, first, end }, this.#world.isCompacted(place.topic)))
      partition.lose(`the group stands at ${next}, but the log holds ${first} to ${end}`);
    else this.#member?.flow(place, true);
  }

  #group(): Group {
    return {
      commit: (place, next) => within(commitMs, this.#commit(place, next)),
      flow: (place, open) => this.#member?.flow(place, open),
      seek: (place, offset) => this.#member?.seek(place, offset),
      budget: this.#world.budget,
    };
  }

  async #commit(place: Place, next: number): Promise<void> {
    await this.#assigning;
    if (this.#member === null)
      throw new EventLogError("log_unavailable", true, "the group is being rejoined");
    // Another began where this one had begun, and is further: the group must not be set back.
    if (this.#partitions.get(keyOf(place))?.place !== place)
      throw new EventLogError("log_unavailable", true, "the partition was taken over");
    await this.#member.commit(place, next);
  }

  /** kafkajs may stop fetching without a word. Lag without progress, while nothing is being handled, is a reason to begin again. */
  async #watch(): Promise<void> {
    if (this.#stopping || this.#rejoining !== null) return;
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

  #crashed(error: unknown): void {
    const lost = lostOffset(error);
    if (lost !== null) {
      const place = { topic: lost.topic.slice(this.#world.prefix.length), partition: lost.partition };
      this.#partitions.get(keyOf(place))?.lose("the log does not hold what comes next");
    }
    this.#restart(asLogError(error, "the consumer crashed").message);
  }

  #restart(reason: string): void {
    if (this.#stopping || this.#rejoining !== null) return;
    this.#world.onRestart(reason);
    this.#rejoining = this.#rejoin().finally(() => {
      this.#rejoining = null;
    });
  }

  async #rejoin(): Promise<void> {
    await this.#leave();
    while (!this.#stopping) {
      const failedAtOnce = performance.now() - this.#startedAt < healthyMs;
      this.#pauseMs = failedAtOnce ? Math.min(2 * this.#pauseMs + 100, longestPauseMs) : 0;
      await sleep(this.#pauseMs, undefined, { signal: this.#ending.signal }).catch(() => {});
      if (this.#stopping) return;
      try {
        await this.#join();
        break;
      } catch (error) {
        this.#world.settings.onError(error, { topic: "", partition: -1, offset: -1 });
      }
    }
    for (const partition of this.#partitions.values()) partition.progressAt = performance.now();
    if (this.#stopping) await this.#leave();
  }

  async #leave(): Promise<void> {
    const member = this.#member;
    this.#member = null;
    if (member !== null) await within(farewellMs, member.leave()).catch(() => {});
  }
}
