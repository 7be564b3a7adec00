import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { freePorts } from "../free-ports.ts";
import { type Cluster, plaintext, startCluster } from "./cluster.ts";
import { kafkaClassPath, kafkaVersion } from "./jars.ts";

/** What Kafka the tests run on. `addresses`: host:port,… */
export type KafkaForTests =
  | { kind: "environment" | "docker"; addresses: string; said: string; dispose(): Promise<void> }
  | { kind: "maven"; addresses: string; said: string; dispose(): Promise<void>; cluster: Cluster }
  | { kind: "none"; said: string };

/** Nobody kills the one that all tests share, and it must not go because the machine stood still. */
const sessionMs = 60_000;

/** Kafka from the environment, else by a Docker engine, else from Maven with Java 17, else none. */
export async function findKafka(env: NodeJS.ProcessEnv = process.env): Promise<KafkaForTests> {
  const addresses = env.PORTALSTREAM_KAFKA_BROKERS ?? "";
  if (addresses !== "")
    return {
      kind: "environment",
      addresses,
      said: "Kafka named by PORTALSTREAM_KAFKA_BROKERS",
      dispose: async () => {},
    };
  if (await hasDocker()) return startContainer();
  const classPath = kafkaClassPath();
  if (classPath === null)
    return { kind: "none", said: "no Kafka: neither a Docker engine nor Java 17 with Maven is here" };
  const cluster = await startCluster(classPath, 1, plaintext, sessionMs);
  return {
    kind: "maven",
    addresses: cluster.addresses,
    said: `Apache Kafka ${kafkaVersion} from Maven`,
    dispose: () => cluster.dispose(),
    cluster,
  };
}

const hasDocker = (): Promise<boolean> =>
  promisify(execFile)("docker", ["info"], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );

async function startContainer(): Promise<KafkaForTests> {
  const { GenericContainer, Wait } = await import("testcontainers");
  const [port = 0] = await freePorts(1);
  const container = await new GenericContainer(`apache/kafka:${kafkaVersion}`)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_NODE_ID: "1",
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9093",
      KAFKA_LISTENERS: "PLAINTEXT://:9092,CONTROLLER://:9093",
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://localhost:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  return {
    kind: "docker",
    addresses: `localhost:${port}`,
    said: `Apache Kafka ${kafkaVersion} in a container`,
    dispose: async () => void (await container.stop()),
  };
}
