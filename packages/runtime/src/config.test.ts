import { mkdtempSync, writeFileSync } from "node:fs";
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

describe("a key", () => {
  const key = "a-key_of~the!test";
  const folder = () => mkdtempSync(join(tmpdir(), "config-test-"));
  const variables = [
    ["PORTALSTREAM_ADMIN_KEY", "adminKey", "admin-key"],
    ["PORTALSTREAM_SECRET_KEY", "secretKey", "secret-key"],
  ] as const;
  const unfit = [
    ["a blank inside", "some-private words-of-a-key"],
    ["a line break inside", "some-private-words\nof-a-key"],
    ["a tab inside", "some-private-words\tof-a-key"],
    ["a control character", "some-private-words-of-a-key\u0007"],
    ["a NUL", "some-private-words\u0000of-a-key"],
    ["a letter that is not ASCII", "some-private-wörds-of-a-key"],
    ["a blank that is not ASCII", "some-private\u00a0words-of-a-key"],
    ["too few characters", "some-private"],
    ["too few characters without its blanks", "   some-private   "],
    ["more characters than a server reads of a header", "some-private-".repeat(2_000)],
    ["nothing but blanks", " \n\t "],
  ] as const;
  const refusalOf = (load: () => unknown) => {
    try {
      load();
    } catch (error) {
      if (error instanceof SettingError) return error;
      throw error;
    }
    throw new Error("it was taken");
  };

  test.each(variables)("of %s or its file is read without the blanks around it", (variable, name, file) => {
    for (const text of [key, `${key}\n`, ` ${key}\r\n`, `\t${key} `, `\ufeff${key}`]) {
      const dataDir = folder();
      expect(loadConfig({ PORTALSTREAM_DATA_DIR: dataDir, [variable]: text })[name]).toBe(key);
      writeFileSync(join(dataDir, file), text);
      expect(loadConfig({ PORTALSTREAM_DATA_DIR: dataDir })[name]).toBe(key);
    }
  });

  test("that is made is one that can be sent, and stays", () => {
    const env = { PORTALSTREAM_DATA_DIR: folder(), PORTALSTREAM_ADMIN_KEY: "", PORTALSTREAM_SECRET_KEY: "" };
    const { adminKey, secretKey } = loadConfig(env);
    for (const made of [adminKey, secretKey]) expect(made).toMatch(/^[\w-]{43}$/);
    expect(loadConfig(env)).toMatchObject({ adminKey, secretKey });
  });

  describe.each(unfit)("with %s refuses the start", (_name, text) => {
    test.each(variables)("and %s is named, or its file, but not the key", (variable, _key, file) => {
      const dataDir = folder();
      const byVariable = refusalOf(() => loadConfig({ PORTALSTREAM_DATA_DIR: dataDir, [variable]: text }));
      writeFileSync(join(dataDir, file), text);
      const byFile = refusalOf(() => loadConfig({ PORTALSTREAM_DATA_DIR: dataDir }));
      expect([byVariable.code, byFile.code]).toEqual(["invalid_setting", "invalid_setting"]);
      expect(byVariable.message).toContain(variable);
      expect(byFile.message).toContain(join(dataDir, file));
      for (const { message } of [byVariable, byFile]) expect(message).not.toContain("some-private");
    });
  });
});
