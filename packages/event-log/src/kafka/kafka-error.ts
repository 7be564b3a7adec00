import { EventLogError } from "../port.ts";

/** Numbers of Kafka's protocol: https://kafka.apache.org/protocol#protocol_error_codes */
export const kafkaCodes = {
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  illegalGeneration: 22,
  unknownMemberId: 25,
  rebalanceInProgress: 27,
  topicAlreadyExists: 36,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  unknownProducerId: 59,
  fencedInstanceId: 82,
} as const;

// Trying again does not help before somebody changes the configuration or the cluster.
const needsSomebody = new Set([
  29, // TOPIC_AUTHORIZATION_FAILED
  30, // GROUP_AUTHORIZATION_FAILED
  31, // CLUSTER_AUTHORIZATION_FAILED
  33, // UNSUPPORTED_SASL_MECHANISM
  35, // UNSUPPORTED_VERSION
  37, // INVALID_PARTITIONS
  38, // INVALID_REPLICATION_FACTOR
  58, // SASL_AUTHENTICATION_FAILED
]);
const tooLarge = new Set([10, 18]); // MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE

/** Kafka's number of what went wrong; null where it did not come from a broker. */
export function kafkaCode(error: unknown): number | null {
  for (let one = error; one instanceof Error; one = one.cause) {
    const code: unknown = Reflect.get(one, "code");
    if (typeof code === "number") return code;
  }
  return null;
}

// Brokers say so for a moment while they start, elect or move something.
const passing = new Set([5, 6, 13, 14, 15, 16]);

/** Asks again, for some seconds, while the answer is that the asked is not ready yet. */
export async function whenReady<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const code = kafkaCode(error);
      if (attempt === 20 || code === null || !passing.has(code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
    }
  }
}

const isSaslRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === "KafkaJSSASLAuthenticationError" || isSaslRefusal(Reflect.get(error, "cause")));

/** What the port promises to reject with. kafkajs's own messages may name hosts, so only its class and Kafka's number are told. */
export function asLogError(error: unknown, what: string): EventLogError {
  if (error instanceof EventLogError) return error;
  const code = kafkaCode(error);
  const name = error instanceof Error ? error.name : "unknown";
  const reason = code === null ? name : `${name}, Kafka error ${code}`;
  if (code !== null && tooLarge.has(code))
    return new EventLogError("log_full", false, `${what}: larger than the topic's max.message.bytes`);
  const retriable = !(isSaslRefusal(error) || (code !== null && needsSomebody.has(code)));
  return new EventLogError("log_unavailable", retriable, `${what}: ${reason}`);
}
