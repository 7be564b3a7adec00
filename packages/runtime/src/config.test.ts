import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig, shownConfig } from "./config.ts";
import { SettingError, settings } from "./settings.ts";

const marker = "not-to-be-seen-0123456789";
const markedUrl = `https://user:${marker}@host.example/path?key=${marker}`;

describe("the boot line", () => {
  test("shows nothing of a setting that is not plain but where a URL leads", () => {
    const guarded = Object.values(settings).filter(({ kind }) => kind !== "plain");
    const env = Object.fromEntries(
      guarded.map((setting) => [setting.env, setting.kind === "url" ? markedUrl : marker]),
    );
    const line = JSON.stringify(shownConfig(env));
    expect(line).not.toContain(marker);
    expect(shownConfig(env)).toMatchObject({
      adminKey: "[hidden]",
      kafkaPassword: "[hidden]",
      clickHouseUrl: "https://host.example/path",
      otlpUrl: "https://host.example/path",
    });
  });

  test("takes for plain no setting that is named like a secret", () => {
    const plain = Object.values(settings).filter(({ kind }) => kind === "plain");
    expect(plain.map(({ env }) => env).filter((env) => /KEY|PASSWORD|SECRET|TOKEN|URL/.test(env))).toEqual(
      [],
    );
  });

  test("shows every other setting as it was read", () => {
    expect(shownConfig({ PORTALSTREAM_PORT: "9000", PORTALSTREAM_KAFKA_PREFIX: "one." })).toMatchObject({
      port: 9000,
      kafkaPrefix: "one.",
      adminKey: null,
      otlpUrl: null,
      logLevel: "info",
    });
  });
});

describe("where traces go", () => {
  const env = (url: string) => ({
    PORTALSTREAM_DATA_DIR: mkdtempSync(join(tmpdir(), "config-test-")),
    PORTALSTREAM_OTLP_URL: url,
  });

  test.each(["http://collector:4318", "http://collector:4318/", "collector:4318/v1/traces", "nowhere"])(
    "%s is refused, naming the path that is missing",
    (url) => {
      expect(() => loadConfig(env(url))).toThrow(SettingError);
      expect(() => loadConfig(env(url))).toThrow("/v1/traces");
    },
  );

  test("a URL with a path is taken", () => {
    expect(loadConfig(env("http://collector:4318/v1/traces")).otlpUrl).toBe(
      "http://collector:4318/v1/traces",
    );
  });
});
