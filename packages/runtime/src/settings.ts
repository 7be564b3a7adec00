/** One setting: its environment variable, how its text is read, and what people should know of it. */
export type Setting<T> = {
  env: string;
  kind: "text" | "number" | "secret";
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
  kind: "text",
  fallback,
  about,
  read: (value) => value,
});

const optional = (
  env: string,
  kind: "text" | "secret",
  about: string,
  read: (value: string) => string = (value) => value,
): Setting<string | null> => ({ env, kind, fallback: null, about, read });

const whole = (
  env: string,
  fallback: number,
  least: number,
  most: number,
  about: string,
): Setting<number> => ({
  env,
  kind: "number",
  fallback,
  about: `${about} (${least}–${most})`,
  read: (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    throw new SettingError(`${env} must be a whole number from ${least} to ${most}`);
  },
});

const oneOf = <T extends string>(
  env: string,
  fallback: T,
  choices: readonly T[],
  about: string,
): Setting<T> => ({
  env,
  kind: "text",
  fallback,
  about: `${about} (${choices.join(", ")})`,
  read: (value) => {
    const choice = choices.find((one) => one === value);
    if (choice !== undefined) return choice;
    throw new SettingError(`${env} must be one of ${choices.join(", ")}`);
  },
});

const longEnough = (env: string) => (value: string) => {
  if (value.length >= 16) return value;
  throw new SettingError(`${env} must have at least 16 characters`);
};

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

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
    longEnough("PORTALSTREAM_ADMIN_KEY"),
  ),
  secretKey: optional(
    "PORTALSTREAM_SECRET_KEY",
    "secret",
    "encrypts application tokens at rest; made on first start and kept in the data folder where not given",
    longEnough("PORTALSTREAM_SECRET_KEY"),
  ),
  logLevel: oneOf("PORTALSTREAM_LOG_LEVEL", "info", levels, "least severe log line to write"),
  bodyLimit: whole("PORTALSTREAM_BODY_LIMIT", 1_048_576, 1_024, 67_108_864, "largest webhook body in bytes"),
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
} satisfies Record<string, Setting<unknown>>;
