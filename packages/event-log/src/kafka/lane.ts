import { setImmediate as nextTurn } from "node:timers/promises";
import type { Kafka, Producer, TopicMessages } from "kafkajs";
import { type Entry, EventLogError, type Observe } from "../port.ts";
import { asLogError, asTooLarge, kafkaCode, kafkaCodes } from "./kafka-error.ts";

/** Entries of one partition; `topic` is the name on the brokers. `resolve` gets their offsets. */
export type Call = {
  topic: string;
  partition: number;
  entries: readonly Entry[];
  resolve: (offsets: number[]) => void;
  reject: (error: EventLogError) => void;
};

// A group is one request. Its batches must stay below the topics' max.message.bytes, but one entry may always go.
const groupBytes = 2 ** 20;
// kafkajs copies a group's list once for every record of it.
const groupRecords = 1_000;
// How long a broker waits for its replicas. Shorter than the client waits for the broker, so that the answer says what is wrong:
// since Kafka 4 a group that was written just before too few replicas were left would else hang until that time is over.
const replicationTimeoutMs = 5_000;
const confused = new Set<number>([
  kafkaCodes.outOfOrderSequence,
  kafkaCodes.duplicateSequence,
  kafkaCodes.invalidProducerEpoch,
  kafkaCodes.unknownProducerId,
]);

/**
 * One idempotent producer and one request in flight: while a group is on its way, new calls collect and go as the next. More at a
 * time would lose records: kafkajs gives the sequence numbers of a request that failed to the next one, which a broker that had
 * written the first takes for its repetition. For the same reason a producer that failed, or did not succeed at once, is never used
 * again; and all that waited behind a failed group fails with it, so that no key's later entry can overtake an earlier one.
 */
export class Lane {
  readonly #kafka: Kafka;
  readonly #observe: Observe;
  #sender: Promise<Sender> | null = null;
  #queue: Call[] = [];
  #waiting = 0;
  #running: Promise<void> | null = null;

  constructor(kafka: Kafka, observe: Observe) {
    this.#kafka = kafka;
    this.#observe = observe;
  }

  /** Records that no group holds yet. */
  get waiting(): number {
    return this.#waiting;
  }

  push(call: Call): void {
    this.#queue.push(call);
    this.#waiting += call.entries.length;
    this.#running ??= this.#run();
  }

  /** Finishes what was pushed. */
  async close(): Promise<void> {
    while (this.#running !== null) await this.#running;
    this.#discard();
  }

  async #run(): Promise<void> {
    // At first without waiting for others, between groups with a turn for them: a group costs the brokers and us by the request.
    for (await settled(); this.#queue.length > 0; await nextTurn()) await this.#send(this.#takeGroup());
    this.#running = null;
  }

  #takeGroup(): Call[] {
    let [count, bytes, records] = [0, 0, 0];
    for (const { entries } of this.#queue) {
      for (const { key, value } of entries) bytes += key.length + value.length;
      records += entries.length;
      if (count > 0 && (bytes > groupBytes || records > groupRecords)) break;
      count++;
    }
    return this.#take(count);
  }

  #take(count: number): Call[] {
    const taken = this.#queue.splice(0, count);
    for (const { entries } of taken) this.#waiting -= entries.length;
    return taken;
  }

  async #send(group: readonly Call[]): Promise<void> {
    const started = performance.now();
    try {
      const first = await this.#trySend(group);
      for (const { topic, partition, entries, resolve } of group) {
        const place = `${topic}/${partition}`;
        const offset = first.get(place) ?? 0;
        first.set(place, offset + entries.length);
        resolve(entries.map((_, at) => offset + at));
      }
    } catch (error) {
      const topics = new Set(group.map(({ topic }) => topic));
      const tooLarge = asTooLarge(error, topics, group.length);
      const failure = tooLarge ?? asLogError(error, "the append was not confirmed");
      for (const call of group) call.reject(failure);
      for (const call of this.#take(this.#queue.length)) call.reject(overtaken());
      return;
    }
    const [records, bytes] = sizeOf(group);
    this.#observe({ kind: "group", records, bytes, seconds: (performance.now() - started) / 1000 });
  }

  /** The first offset of each partition. A producer that the brokers no longer understand is replaced, once. */
  async #trySend(group: readonly Call[]): Promise<Map<string, number>> {
    const messages = messagesOf(group);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#sendOnce(group, messages);
      } catch (error) {
        this.#discard();
        const code = replaceableBy(error);
        if (attempt > 1 || code === null) throw error;
        this.#observe({ kind: "producer-replaced", reason: code });
      }
    }
  }

  async #sendOnce(group: readonly Call[], topicMessages: TopicMessages[]): Promise<Map<string, number>> {
    this.#sender ??= connect(this.#kafka);
    const sender = await this.#sender;
    sender.placed = 0;
    const answers = await sender.producer.sendBatch({
      acks: -1,
      timeout: replicationTimeoutMs,
      topicMessages,
    });
    const first = new Map<string, number>();
    for (const { topicName, partition, baseOffset } of answers)
      if (baseOffset !== undefined && Number(baseOffset) >= 0)
        first.set(`${topicName}/${partition}`, Number(baseOffset));
    for (const { topic, partition } of group) if (!first.has(`${topic}/${partition}`)) throw new Unanswered();
    const [records] = sizeOf(group);
    if (sender.placed !== records) {
      this.#discard();
      this.#observe({ kind: "producer-replaced", reason: "repeated" });
    }
    return first;
  }

  #discard(): void {
    const sender = this.#sender;
    this.#sender = null;
    // Its connections may be dead: nobody waits for them to say goodbye.
    void sender?.then(({ producer }) => producer.disconnect()).catch(() => {});
  }
}

/**
 * kafkajs asks the partitioner for every record each time it tries a send. Where it tried more than once, a request of an earlier
 * attempt may still be on its way, and will take its sequence numbers back when it fails: the next group would get numbers that were
 * used, and be taken for a repetition.
 */
type Sender = { producer: Producer; placed: number };

/** kafkajs skips a partition whose leader became, between two attempts, a broker that had already confirmed others. */
class Unanswered extends EventLogError {
  constructor() {
    super("log_unavailable", true, "some of the append was not confirmed");
  }
}

function replaceableBy(error: unknown): string | null {
  if (error instanceof Unanswered) return "unanswered";
  const code = kafkaCode(error);
  return code !== null && confused.has(code) ? String(code) : null;
}

// Whatever stopped the group before is not this one's: it may be tried again.
const overtaken = () => new EventLogError("log_unavailable", true, "an append before this one failed");

async function connect(kafka: Kafka): Promise<Sender> {
  const sender = { placed: 0 };
  const producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) => {
        sender.placed += 1;
        return message.partition ?? 0;
      },
    // Within one request only: same records, same sequence numbers, so a broker that has them says so.
    retry: { initialRetryTime: 50, maxRetryTime: 400, retries: 4 },
  });
  try {
    await producer.connect();
  } catch (error) {
    void producer.disconnect().catch(() => {});
    throw error;
  }
  return Object.assign(sender, { producer });
}

function messagesOf(group: readonly Call[]): TopicMessages[] {
  const byTopic = new Map<string, TopicMessages>();
  for (const { topic, partition, entries } of group) {
    const own = byTopic.get(topic) ?? { topic, messages: [] };
    byTopic.set(topic, own);
    for (const { key, value } of entries) own.messages.push({ key, value: asBuffer(value), partition });
  }
  return [...byTopic.values()];
}

const asBuffer = (value: Uint8Array): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);

function sizeOf(group: readonly Call[]): [records: number, bytes: number] {
  let [records, bytes] = [0, 0];
  for (const { entries } of group) {
    records += entries.length;
    for (const { key, value } of entries) bytes += key.length + value.length;
  }
  return [records, bytes];
}

/** Resolves when no promise of the current callback has anything left to do. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
