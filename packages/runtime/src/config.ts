import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Setting, SettingError, settings } from "./settings.ts";

type Values = { [K in keyof typeof settings]: (typeof settings)[K] extends Setting<infer T> ? T : never };
export type Config = Readonly<
  Omit<Values, "adminKey" | "secretKey"> & { adminKey: string; secretKey: string }
>;

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
  const value = <T>(setting: Setting<T>): T => {
    const text = env[setting.env];
    return text === undefined || text === "" ? setting.fallback : setting.read(text);
  };
  const dataDir = resolve(value<string>(settings.dataDir));
  return {
    host: value<string>(settings.host),
    port: value(settings.port),
    dataDir,
    logLevel: value(settings.logLevel),
    bodyLimit: value(settings.bodyLimit),
    partitions: value(settings.partitions),
    logMaxBytes: value(settings.logMaxBytes),
    adminKey: value(settings.adminKey) ?? keptKey(dataDir, "admin-key"),
    secretKey: value(settings.secretKey) ?? keptKey(dataDir, "secret-key"),
  };
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
  const key = readFileSync(path, "utf8").trim();
  if (key.length >= 16) return key;
  throw new SettingError(`${path} does not hold a key; remove it to have a new one made`);
}

/** The configuration as the boot line shows it: secrets hidden. */
export function shownConfig(config: Config): Record<string, string | number> {
  return { ...config, adminKey: "[hidden]", secretKey: "[hidden]" };
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
export function widenThreadPool(threads = 16): void {
  process.env.UV_THREADPOOL_SIZE ??= String(threads);
}
