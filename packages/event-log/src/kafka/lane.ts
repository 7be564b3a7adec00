import { setImmediate as nextTurn } from "node:timers/promises";
import type { Kafka, Producer, TopicMessages } from "kafkajs";
import { type Entry, EventLogError, type Observe } from "../port.ts";
import { asLogError, kafkaCode, kafkaCodes } from "./kafka-error.ts";

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
const confused = new Set<number>([
  kafkaCodes.outOfOrderSequence,
  kafkaCodes.duplicateSequence,
  kafkaCodes.invalidProducerEpoch,
  kafkaCodes.unknownProducerId,
]);

/**
 * One idempotent producer and one request in flight: while a group is on its way, new calls collect and go as the next. More at a
 * time would lose records: kafkajs gives the sequence numbers of a request that failed to the next one, which a broker that had
 * written the first takes for its repetition. For the same reason a producer that failed is never used again, and all that waited
 * behind a failed group fails with it, so that no key's later entry can overtake an earlier one.
 */
export class Lane {
  readonly #kafka: Kafka;
  readonly #observe: Observe;
  #producer: Promise<Producer> | null = null;
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
    await this.#discard();
  }

  async #run(): Promise<void> {
    // The end of a turn of the event loop: whatever its callbacks append goes in one group.
    for (await nextTurn(); this.#queue.length > 0; await nextTurn()) await this.#send(this.#takeGroup());
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
        const offset = first.get(place) ?? -1;
        first.set(place, offset + entries.length);
        resolve(entries.map((_, at) => offset + at));
      }
    } catch (error) {
      const failure = asLogError(error, "the append was not confirmed");
      for (const call of [...group, ...this.#take(this.#queue.length)]) call.reject(failure);
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
        return await this.#sendOnce(messages);
      } catch (error) {
        await this.#discard();
        const code = kafkaCode(error);
        if (attempt > 1 || code === null || !confused.has(code)) throw error;
        this.#observe({ kind: "producer-replaced", code: String(code) });
      }
    }
  }

  async #sendOnce(topicMessages: TopicMessages[]): Promise<Map<string, number>> {
    this.#producer ??= connect(this.#kafka);
    const producer = await this.#producer;
    const answers = await producer.sendBatch({ acks: -1, topicMessages });
    const first = new Map<string, number>();
    for (const { topicName, partition, baseOffset } of answers) {
      if (baseOffset === undefined || Number(baseOffset) < 0)
        throw new EventLogError("log_unavailable", true, "a broker confirmed without telling where");
      first.set(`${topicName}/${partition}`, Number(baseOffset));
    }
    return first;
  }

  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    // Its connections may be dead: nobody waits for them to say goodbye.
    void producer?.then((one) => one.disconnect()).catch(() => {});
  }
}

async function connect(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
    // Within one request only: same records, same sequence numbers, so a broker that has them says so.
    retry: { initialRetryTime: 50, maxRetryTime: 400, retries: 4 },
  });
  try {
    await producer.connect();
  } catch (error) {
    void producer.disconnect().catch(() => {});
    throw error;
  }
  return producer;
}

function messagesOf(group: readonly Call[]): TopicMessages[] {
  const byTopic = new Map<string, TopicMessages>();
  for (const { topic, partition, entries } of group) {
    const own = byTopic.get(topic) ?? { topic, messages: [] };
    byTopic.set(topic, own);
    for (const { key, value } of entries)
      own.messages.push({ key: Buffer.from(key), value: asBuffer(value), partition });
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
