import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect as connectPlain, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import {
  type ISocketFactory,
  Kafka,
  type KafkaConfig as KafkajsConfig,
  logLevel,
  type SASLOptions,
} from "kafkajs";
import { EventLogError } from "../port.ts";
import { withFastFetch } from "./fetch-answer.ts";
import { withoutOffsetReset } from "./lost-offset.ts";
import { withFastProduce } from "./produce-request.ts";
import { withoutTimerDefect } from "./timer-defect.ts";

export type KafkaSecurity = {
  /** With a file, its certificates are trusted instead of the system's. */
  tls: { kind: "off" } | { kind: "on"; caFile: string | null };
  sasl:
    | { kind: "none" }
    | { kind: "plain" | "scram-sha-256" | "scram-sha-512"; username: string; password: string };
};

export type KafkaConfig = {
  kind: "kafka";
  /** host:port of some brokers; they name the others. */
  brokers: readonly string[];
  /** Of topics that are created here; an existing topic keeps its own. */
  partitions: number;
  replication: number;
  security: KafkaSecurity;
  /** Created or checked when the log is opened; others when they are first used. */
  topics: readonly string[];
  /** Those of them in which only a key's last record counts. Each has one partition: a key's records must not change places. */
  compacted: readonly string[];
  /** Before the names of all topics and groups: several installations may share a cluster. */
  prefix: string;
};

// A broker that is reached answers sooner; one that does not is treated as gone.
const connectionTimeoutMs = 3_000;
const requestTimeoutMs = 10_000;

export function kafkaClient({ brokers, security }: KafkaConfig): Kafka {
  withoutTimerDefect();
  withFastFetch();
  withFastProduce();
  withoutOffsetReset();
  const config: KafkajsConfig = {
    clientId: "portalstream",
    brokers: [...brokers],
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // Whoever called hears of failures by errors; kafkajs's own lines repeat addresses and batches.
    logLevel: logLevel.NOTHING,
    // Short: above this adapter somebody else decides how long to go on trying.
    retry: { initialRetryTime: 50, maxRetryTime: 400, retries: 4 },
    socketFactory: withoutDelay,
  };
  const { tls, sasl } = security;
  if (tls.kind === "on") config.ssl = tls.caFile === null ? true : { ca: [certificates(tls.caFile)] };
  if (sasl.kind !== "none")
    config.sasl = {
      mechanism: sasl.kind,
      username: sasl.username,
      password: sasl.password,
    } satisfies SaslText as SASLOptions;
  return new Kafka(config);
}

const keepAliveMs = 60_000;

/**
 * What kafkajs does, and TCP_NODELAY: else the end of a request waits until the broker's kernel has acknowledged its beginning, for
 * which that takes its time, up to 40 ms.
 */
const withoutDelay: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const name = isIP(host) === 0 ? { servername: host } : {};
  // `true` where the system's certificates are trusted.
  const socket = ssl
    ? connectTls({ host, port, ...name, ...ssl }, onConnect)
    : connectPlain({ host, port }, onConnect);
  return socket.setKeepAlive(true, keepAliveMs).setNoDelay(true);
};

// kafkajs types each mechanism apart, though their fields are the same.
type SaslText = {
  mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  username: string;
  password: string;
};

function certificates(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    new X509Certificate(text);
    return text;
  } catch {
    throw new EventLogError("log_misconfigured", false, `no certificates can be read in ${file}`);
  }
}
