import { largestBatchBytes } from "../largest-record.ts";
import { EventLogError } from "../port.ts";

/** Numbers of Kafka's protocol: https://kafka.apache.org/protocol#protocol_error_codes */
export const kafkaCodes = {
  unknownTopicOrPartition: 3,
  unknownMemberId: 25,
  invalidReplicationFactor: 38,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  unknownProducerId: 59,
} as const;

// Trying again does not help before somebody changes the configuration or the cluster.
const needsSomebody = new Map<number, string>([
  [29, "no permission for the topic"],
  [30, "no permission for the group"],
  [31, "no permission in the cluster"],
  [33, "the brokers do not offer this SASL mechanism"],
  [35, "the brokers do not know this version of the protocol"],
  [37, "the number of partitions is not possible"],
  [kafkaCodes.invalidReplicationFactor, "the replication factor is not possible with these brokers"],
  [58, "the brokers refuse the name or password"],
]);
const tooLarge = new Set([10, 18]); // MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE

/** Kafka's number of what went wrong; null where it did not come from a broker. */
export function kafkaCode(error: unknown): number | null {
  for (let one = error; one instanceof Error; one = one.cause ?? firstOf(one)) {
    const code: unknown = Reflect.get(one, "code");
    if (typeof code === "number") return code;
  }
  return null;
}

/** What is wrong with topics that were to be made comes in a list. */
function firstOf(error: Error): unknown {
  const errors: unknown = Reflect.get(error, "errors");
  return Array.isArray(errors) ? errors[0] : undefined;
}

// Brokers say so for a moment while they start, elect or move something, while too few of them are there, or before they have heard of
// a topic that others know.
const { unknownTopicOrPartition, invalidReplicationFactor } = kafkaCodes;
const passing = new Set<number>([unknownTopicOrPartition, invalidReplicationFactor, 5, 6, 13, 14, 15, 16]);

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

// Node's names of what is wrong with a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes
const certificateCodes = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** What somebody must change before Kafka can be reached; null where nobody need. */
function refusal(error: unknown): string | null {
  for (let one = error; one instanceof Error; one = one.cause) {
    const code: unknown = Reflect.get(one, "code");
    if (typeof code === "string" && certificateCodes.has(code))
      return `the certificate of a broker is not trusted (${code})`;
    if (one.name === "KafkaJSSASLAuthenticationError") return "the brokers refuse the name or password";
  }
  return null;
}

/** For whoever has to change how a topic is kept; `topic` is the name on the brokers. */
export const commandToSet = (topic: string, name: string, value: string): string =>
  `kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${name}=${value}`;

/** Null where it is something else. `calls`: how many had gone together, each of which may be small enough alone. */
export function asTooLarge(error: unknown, topics: ReadonlySet<string>, calls: number): EventLogError | null {
  const code = kafkaCode(error);
  if (code === null || !tooLarge.has(code)) return null;
  const commands = [...topics].map((topic) =>
    commandToSet(topic, "max.message.bytes", String(largestBatchBytes)),
  );
  const message = `the topic's max.message.bytes is too small. Set it: ${commands.join("; ")}`;
  return calls === 1
    ? new EventLogError("record_too_large", false, message)
    : new EventLogError("log_unavailable", true, message);
}

/** What the port promises to reject with. kafkajs's own messages may name hosts, so only its class and Kafka's number are told. */
export function asLogError(error: unknown, what: string): EventLogError {
  if (error instanceof EventLogError) return error;
  const code = kafkaCode(error);
  const refused = refusal(error);
  if (refused !== null) return new EventLogError("log_unavailable", false, `${what}: ${refused}`);
  const name = error instanceof Error ? error.name : "unknown";
  const reason = code === null ? name : `${needsSomebody.get(code) ?? name}, Kafka error ${code}`;
  const retriable = code === null || !needsSomebody.has(code);
  return new EventLogError("log_unavailable", retriable, `${what}: ${reason}`);
}
