import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readKey, type Setting, SettingError, settings } from "./settings.ts";

export type KafkaSettings = {
  kind: "kafka";
  brokers: string[];
  partitions: number;
  replication: number;
  prefix: string;
  tls: { kind: "off" } | { kind: "on"; caFile: string | null };
  sasl:
    | { kind: "none" }
    | { kind: "plain" | "scram-sha-256" | "scram-sha-512"; username: string; password: string };
  spoolMaxBytes: number;
};
/** `maxBytes` 0: no bound. */
export type EmbeddedLogSettings = { kind: "embedded"; partitions: number; maxBytes: number };
export type TablesSettings = { kind: "embedded" } | { kind: "server"; url: string; cluster: string | null };

export type Config = Readonly<{
  host: string;
  port: number;
  dataDir: string;
  logLevel: string;
  bodyLimit: number;
  log: EmbeddedLogSettings | KafkaSettings;
  tables: TablesSettings;
  /** Of one query of the API. */
  query: { seconds: number; memoryBytes: number };
  /** How old keys may be that were read from the log. */
  accessMaxAgeSeconds: number;
  otlpUrl: string | null;
  adminKey: string;
  secretKey: string;
}>;

type Environment = Readonly<Record<string, string | undefined>>;
const prefix = "PORTALSTREAM_";

/** Variables that look like settings and are none: a misspelt name must not go unnoticed. */
export function unknownSettings(env: Environment = process.env): string[] {
  const known = new Set(Object.values(settings).map((setting) => setting.env));
  return Object.keys(env).filter((name) => name.startsWith(prefix) && !known.has(name));
}

/**
 * The configuration of this process from environment variables; this file alone reads them.
 * Throws SettingError naming the variable that is wrong.
 */
export function loadConfig(env: Environment = process.env): Config {
  const value = readerOf(env);
  const dataDir = resolve(value<string>(settings.dataDir));
  const kafka = kafkaOf(value);
  return {
    host: value<string>(settings.host),
    port: value(settings.port),
    dataDir,
    logLevel: value(settings.logLevel),
    bodyLimit: value(settings.bodyLimit),
    log:
      kafka === null
        ? { kind: "embedded", partitions: value(settings.partitions), maxBytes: value(settings.logMaxBytes) }
        : kafka,
    tables: tablesOf(value),
    query: { seconds: value(settings.querySeconds), memoryBytes: value(settings.queryMemoryBytes) },
    accessMaxAgeSeconds: value(settings.accessMaxAgeSeconds),
    otlpUrl: value(settings.otlpUrl),
    adminKey: value(settings.adminKey) ?? keyFor(settings.adminKey.env, kafka, dataDir, "admin-key"),
    secretKey: value(settings.secretKey) ?? keyFor(settings.secretKey.env, kafka, dataDir, "secret-key"),
  };
}

type Read = <T>(setting: Setting<T>) => T;

const readerOf =
  (env: Environment): Read =>
  ({ env: name, fallback, read }) => {
    const text = env[name];
    return text === undefined || text === "" ? fallback : read(text);
  };

function kafkaOf(value: Read): KafkaSettings | null {
  const brokers = value(settings.kafkaBrokers);
  if (brokers === null) return null;
  return {
    kind: "kafka",
    brokers: brokers.split(",").map((one) => one.trim()),
    partitions: value(settings.kafkaPartitions),
    replication: value(settings.kafkaReplication),
    prefix: value(settings.kafkaPrefix) ?? "",
    tls:
      value(settings.kafkaTls) === "on"
        ? { kind: "on", caFile: value(settings.kafkaCaFile) }
        : { kind: "off" },
    sasl: saslOf(value),
    spoolMaxBytes: value(settings.spoolMaxBytes),
  };
}

function saslOf(value: Read): KafkaSettings["sasl"] {
  const kind = value(settings.kafkaSasl);
  if (kind === "none") return { kind };
  const [username, password] = [value(settings.kafkaUsername), value(settings.kafkaPassword)];
  if (username !== null && password !== null) return { kind, username, password };
  const missing = username === null ? settings.kafkaUsername : settings.kafkaPassword;
  throw new SettingError(`${missing.env} must be set where ${settings.kafkaSasl.env} is`);
}

function tablesOf(value: Read): TablesSettings {
  const [url, cluster] = [value(settings.clickHouseUrl), value(settings.clickHouseCluster)];
  if (url !== null) return { kind: "server", url, cluster };
  if (cluster === null) return { kind: "embedded" };
  throw new SettingError(
    `${settings.clickHouseUrl.env} must be set where ${settings.clickHouseCluster.env} is`,
  );
}

/** Processes that share a log must share the key: one of its own would lock each out of what another wrote. */
function keyFor(env: string, kafka: KafkaSettings | null, dataDir: string, name: string): string {
  if (kafka === null) return keptKey(dataDir, name);
  throw new SettingError(`${env} must be set where ${settings.kafkaBrokers.env} is`);
}

/** A key of 256 random bits that is made once and kept readable by its owner alone. */
function keptKey(dataDir: string, name: string): string {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, name);
  try {
    writeFileSync(path, `${randomBytes(32).toString("base64url")}\n`, {
      flag: "wx",
      mode: 0o600,
      flush: true,
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    chmodSync(path, 0o600);
  }
  return readKey(path, readFileSync(path, "utf8"));
}

/** The settings as the boot line shows them: secrets hidden. */
export function shownConfig(env: Environment = process.env): Readonly<Record<string, unknown>> {
  const value = readerOf(env);
  const shown = Object.entries<Setting<unknown>>(settings).map(([name, setting]) => [
    name,
    shownAs(setting.kind, value(setting)),
  ]);
  return { ...Object.fromEntries(shown), dataDir: resolve(value<string>(settings.dataDir)) };
}

function shownAs(kind: Setting<unknown>["kind"], value: unknown): unknown {
  if (value === null || kind === "plain") return value;
  return kind === "url" ? withoutSecrets(String(value)) : "[hidden]";
}

/** A URL may carry a password, also among its parameters. */
function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** The table of settings for `--help`. */
export function settingsHelp(): string {
  const rows = Object.values(settings).map((setting) => {
    const fallback = setting.fallback === null ? "" : ` [${setting.fallback}]`;
    return `  ${setting.env.padEnd(28)} ${setting.about}${fallback}`;
  });
  return `Settings (environment variables):\n${rows.join("\n")}\n`;
}

/**
 * Room in libuv's pool for the engine's statements beside the log's writes: with its default of four threads, four slow queries
 * held an append up for two seconds. Takes effect only before the pool is first used.
 */
export function widenThreadPool(threads = 32): void {
  process.env.UV_THREADPOOL_SIZE ??= String(threads);
}
