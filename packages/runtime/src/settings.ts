/** One setting: its environment variable, how its text is read, and what people should know of it. */
export type Setting<T> = {
  env: string;
  /** What the boot line may show of it: all, what is not secret of a URL, nothing. */
  kind: "plain" | "url" | "secret";
  fallback: T;
  read(text: string): T;
  about: string;
};

export class SettingError extends Error {
  readonly code = "invalid_setting";
  readonly retriable = false;
}

const text = (env: string, fallback: string, about: string): Setting<string> => ({
  env,
  kind: "plain",
  fallback,
  about,
  read: (value) => value,
});

const optional = (
  env: string,
  kind: Setting<unknown>["kind"],
  about: string,
  read: (value: string) => string = (value) => value,
): Setting<string | null> => ({ env, kind, fallback: null, about, read });

/** `bound`: why it can be no more. */
const whole = (
  env: string,
  fallback: number,
  least: number,
  most: number,
  about: string,
  bound?: string,
): Setting<number> => ({
  env,
  kind: "plain",
  fallback,
  about: `${about} (${least}–${most}${bound === undefined ? "" : `: ${bound}`})`,
  read: (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    const why = bound === undefined ? "" : `: ${bound}`;
    throw new SettingError(`${env} must be a whole number from ${least} to ${most}${why}`);
  },
});

const oneOf = <T extends string>(
  env: string,
  fallback: T,
  choices: readonly T[],
  about: string,
): Setting<T> => ({
  env,
  kind: "plain",
  fallback,
  about: `${about} (${choices.join(", ")})`,
  read: (value) => {
    const choice = choices.find((one) => one === value);
    if (choice !== undefined) return choice;
    throw new SettingError(`${env} must be one of ${choices.join(", ")}`);
  },
});

/**
 * A key without the blanks around it, which files and shells add. What cannot be sent in a header is no key. `source`: the
 * variable or file, for the error.
 */
export function readKey(source: string, text: string): string {
  const key = text.trim();
  if (/^[!-~]{16,1024}$/.test(key)) return key;
  throw new SettingError(
    `${source} must be 16 to 1024 ASCII letters, digits or punctuation marks, without blanks inside`,
  );
}

const keyOf = (env: string) => (value: string) => readKey(env, value);

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const gibibyte = 2 ** 30;

/** Every setting there is. `--help`, the boot line and the README's table are made from this. */
export const settings = {
  host: text("PORTALSTREAM_HOST", "127.0.0.1", "address to listen on"),
  port: whole("PORTALSTREAM_PORT", 8080, 0, 65_535, "TCP port to listen on; 0 takes a free one"),
  dataDir: text(
    "PORTALSTREAM_DATA_DIR",
    "./data",
    "folder of the embedded log, the tables and the generated keys",
  ),
  adminKey: optional(
    "PORTALSTREAM_ADMIN_KEY",
    "secret",
    "bearer key that may do everything; made on first start and kept in the data folder where not given",
    keyOf("PORTALSTREAM_ADMIN_KEY"),
  ),
  secretKey: optional(
    "PORTALSTREAM_SECRET_KEY",
    "secret",
    "encrypts application tokens at rest; made on first start and kept in the data folder where not given",
    keyOf("PORTALSTREAM_SECRET_KEY"),
  ),
  logLevel: oneOf("PORTALSTREAM_LOG_LEVEL", "info", levels, "least severe log line to write"),
  bodyLimit: whole(
    "PORTALSTREAM_BODY_LIMIT",
    1_048_576,
    1_024,
    7 * 2 ** 20,
    "largest webhook body in bytes",
    "a record of the log holds the body and what is read from it, and is no larger than 16 MiB",
  ),
  partitions: whole(
    "PORTALSTREAM_PARTITIONS",
    1,
    1,
    256,
    "partitions of each topic of the embedded log; fixed when the data folder is made",
  ),
  logMaxBytes: whole(
    "PORTALSTREAM_LOG_MAX_BYTES",
    0,
    0,
    Number.MAX_SAFE_INTEGER,
    "bytes that the embedded log may take before webhooks are answered 503; 0 sets no bound",
  ),
  kafkaBrokers: optional(
    "PORTALSTREAM_KAFKA_BROKERS",
    "plain",
    "host:port of some brokers, separated by commas; with it the event log is Kafka instead of the embedded one",
    (value) => {
      if (value.split(",").every((one) => /^[\w.-]+:\d{1,5}$/.test(one.trim()))) return value;
      throw new SettingError("PORTALSTREAM_KAFKA_BROKERS must be host:port, separated by commas");
    },
  ),
  kafkaPartitions: whole(
    "PORTALSTREAM_KAFKA_PARTITIONS",
    12,
    1,
    1_000,
    "partitions of topics that are created; an existing topic keeps its own",
  ),
  kafkaReplication: whole(
    "PORTALSTREAM_KAFKA_REPLICATION",
    3,
    1,
    9,
    "replicas of topics that are created; with 3 and more, two of them must have a record before it counts",
  ),
  kafkaPrefix: optional(
    "PORTALSTREAM_KAFKA_PREFIX",
    "plain",
    "put before the names of all topics and consumer groups, where installations share a cluster",
    (value) => {
      if (/^[\w.-]{1,100}$/.test(value)) return value;
      throw new SettingError("PORTALSTREAM_KAFKA_PREFIX must be made of letters, digits, dots, - and _");
    },
  ),
  kafkaTls: oneOf(
    "PORTALSTREAM_KAFKA_TLS",
    "off",
    ["off", "on"] as const,
    "encrypts connections to the brokers",
  ),
  kafkaCaFile: optional(
    "PORTALSTREAM_KAFKA_CA_FILE",
    "plain",
    "certificates to trust the brokers by, in PEM, instead of the system's",
  ),
  kafkaSasl: oneOf(
    "PORTALSTREAM_KAFKA_SASL",
    "none",
    ["none", "plain", "scram-sha-256", "scram-sha-512"] as const,
    "how to log in to the brokers",
  ),
  kafkaUsername: optional("PORTALSTREAM_KAFKA_USERNAME", "plain", "user name for PORTALSTREAM_KAFKA_SASL"),
  kafkaPassword: optional("PORTALSTREAM_KAFKA_PASSWORD", "secret", "password for PORTALSTREAM_KAFKA_SASL"),
  spoolMaxBytes: whole(
    "PORTALSTREAM_SPOOL_MAX_BYTES",
    gibibyte,
    2 ** 22,
    Number.MAX_SAFE_INTEGER,
    "bytes of webhooks that ingest keeps in its data folder while Kafka is away before it answers 503",
  ),
  clickHouseUrl: optional(
    "PORTALSTREAM_CLICKHOUSE_URL",
    "url",
    "http(s)://user:password@host:port/database of a ClickHouse server; with it tables are kept there instead of in the data folder",
    (value) => {
      if (/^https?:$/.test(URL.parse(value)?.protocol ?? "")) return value;
      throw new SettingError("PORTALSTREAM_CLICKHOUSE_URL must be an http or https URL");
    },
  ),
  clickHouseCluster: optional(
    "PORTALSTREAM_CLICKHOUSE_CLUSTER",
    "plain",
    "name of the server's cluster: tables are made on all of it, with replicated engines",
    (value) => {
      if (/^[\w-]{1,100}$/.test(value)) return value;
      throw new SettingError("PORTALSTREAM_CLICKHOUSE_CLUSTER must be made of letters, digits, - and _");
    },
  ),
  querySeconds: whole(
    "PORTALSTREAM_QUERY_SECONDS",
    30,
    1,
    3_600,
    "how long a query of the API may take, waiting included, before it is answered 503",
  ),
  queryMemoryBytes: whole(
    "PORTALSTREAM_QUERY_MEMORY_BYTES",
    gibibyte,
    2 ** 26,
    Number.MAX_SAFE_INTEGER,
    "memory in bytes that a statement of a query may take before it is answered 422; less where six of them would not fit in two thirds of what the tables' engine may take",
  ),
  accessMaxAgeSeconds: whole(
    "PORTALSTREAM_ACCESS_MAX_AGE_SECONDS",
    3_600,
    5,
    86_400,
    "how long API keys stay valid while Kafka is away; past that they are answered 503, since they may have been revoked",
  ),
  otlpUrl: optional(
    "PORTALSTREAM_OTLP_URL",
    "url",
    "where OpenTelemetry traces are sent to (OTLP over HTTP, e.g. http://collector:4318/v1/traces)",
    (value) => {
      const { protocol = "", pathname = "" } = URL.parse(value) ?? {};
      // Collectors take traces at a path; what is sent elsewhere is lost without a word.
      if (/^https?:$/.test(protocol) && pathname !== "/") return value;
      throw new SettingError(
        "PORTALSTREAM_OTLP_URL must be an http or https URL with its path, which of most collectors is /v1/traces",
      );
    },
  ),
} satisfies Record<string, Setting<unknown>>;
