import { existsSync, globSync } from "node:fs";
import { loadConfig, settings } from "@portalstream/runtime";
import { describe, expect, test } from "vitest";
import { commands } from "../../services/standalone/src/commands.ts";
import { last, lineage, readStages } from "./dockerfile.ts";
import { at, fields, list, readEnv, readJson, readText, readYaml, root, text } from "./read.ts";

const file = "docker-compose.yml";
const [compose] = readYaml(file);
const services = Object.entries(fields(at(compose, "services"))).map(([name, service]) => ({
  name,
  service,
}));
const own = services.filter(({ service }) => text(at(service, "image")).startsWith("portalstream:"));
const stages = readStages("infra/docker/Dockerfile");
const example = readText("infra/docker/env.example");
const variable = /\$\{([A-Z_]+)(?::([?-])([^}]*))?\}/g;

/** A text of the compose file as Compose would read it, with the required variables filled in. */
const filled = (value: string): string =>
  value.replace(variable, (_all, name: string, kind: string, rest: string) =>
    kind === "-" ? rest : `${name.toLowerCase().replaceAll("_", "")}0123456789`,
  );

/** The environment that a service's process sees: the image's, then the service's. */
function environmentOf(name: string): Record<string, string> {
  const image = last(lineage(stages, "portalstream"), "ENV")
    .split(/\s+/)
    .map((pair) => pair.split("="));
  const own = Object.entries(fields(at(compose, `services.${name}.environment`)));
  return Object.fromEntries([
    ...image.map(([key = "", value = ""]) => [key, value]),
    ...own.map(([key, value]) => [key, filled(text(value))]),
  ]);
}

const hasHealthCheck = (name: string): boolean => {
  const check = at(compose, `services.${name}.healthcheck`);
  if (check !== undefined) return at(check, "disable") !== true && list(at(check, "test")).length > 1;
  return last(lineage(stages, text(at(compose, `services.${name}.build.target`))), "HEALTHCHECK") !== "";
};

describe("every service of docker-compose.yml", () => {
  test("is one of those that are meant to be there", () => {
    expect(services.map(({ name }) => name).sort()).toEqual(
      [
        ...["proxy", "ingest", "sessions", "analytics", "query", "migrate"],
        ...["kafka", "clickhouse", "prometheus", "grafana"],
      ].sort(),
    );
  });

  test.each(services)(
    "$name has an exact image, no rights, an end to its logs and a way to come back",
    ({ name, service }) => {
      expect(text(at(service, "image"))).toMatch(/^[a-z/-]+:v?\d+\.\d+\.\d+(\.\d+)?$/);
      expect(text(at(service, "user"))).toMatch(/^([1-9]\d*:\d+|appuser)$/);
      expect(list(at(service, "cap_drop"))).toEqual(["ALL"]);
      expect(list(at(service, "security_opt"))).toContain("no-new-privileges:true");
      for (const right of ["privileged", "cap_add", "pid", "network_mode", "ipc", "devices"])
        expect(at(service, right)).toBeUndefined();
      expect(text(at(service, "logging.options.max-size"))).toMatch(/^\d+m$/);
      expect(at(service, "restart")).toBe(name === "migrate" ? "no" : "unless-stopped");
    },
  );

  test.each(services)("$name waits for what there is", ({ service }) => {
    for (const [other, wait] of Object.entries(fields(at(service, "depends_on")))) {
      const condition = at(wait, "condition");
      expect(services.map(({ name }) => name)).toContain(other);
      if (condition === "service_healthy") expect(hasHealthCheck(other)).toBe(true);
      else
        expect([condition, at(compose, `services.${other}.restart`)]).toEqual([
          "service_completed_successfully",
          "no",
        ]);
    }
  });

  test("all that run have a health check", () => {
    expect(services.map(({ name }) => name).filter((name) => !hasHealthCheck(name))).toEqual(["migrate"]);
  });

  test("mounts files that exist and volumes that are declared, and every declared one is used", () => {
    const mounts = services.flatMap(({ service }) =>
      list(at(service, "volumes")).map((one) => text(one).split(":")),
    );
    const [files, volumes] = [
      mounts.filter(([a]) => a?.startsWith(".")),
      mounts.filter(([a]) => !a?.startsWith(".")),
    ];
    for (const [source = "", , mode] of files) {
      expect(existsSync(`${root}${source}`)).toBe(true);
      expect(mode).toBe("ro");
    }
    expect(volumes.map(([name]) => name).sort()).toEqual(Object.keys(fields(at(compose, "volumes"))).sort());
  });

  test("only the proxy is open to other machines", () => {
    const open = services.filter(({ service }) =>
      list(at(service, "ports")).some((port) => !text(port).startsWith("127.0.0.1:")),
    );
    expect(open.map(({ name }) => name)).toEqual(["proxy"]);
  });
});

describe("the services of portalstream", () => {
  test("carry the version of package.json and build a target that exists", () => {
    const version = text(at(readJson("package.json"), "version"));
    for (const { service } of services.filter(({ service }) => at(service, "build") !== undefined)) {
      expect(text(at(service, "image"))).toMatch(new RegExp(`:${version.replaceAll(".", "\\.")}$`));
      expect(existsSync(`${root}${text(at(service, "build.dockerfile"))}`)).toBe(true);
      expect(stages.map(({ name }) => name)).toContain(text(at(service, "build.target")));
    }
  });

  test.each(own)(
    "$name runs the command of its name, with settings that start it on Kafka and a server",
    ({ name, service }) => {
      expect(list(at(service, "command"))).toEqual([name]);
      expect(Object.keys(commands)).toContain(name);
      const environment = environmentOf(name);
      const known = Object.values(settings).map(({ env }) => env);
      const given = Object.keys(environment).filter((key) => key.startsWith("PORTALSTREAM_"));
      expect(given.filter((key) => !known.includes(key))).toEqual([]);
      const config = loadConfig(environment);
      expect(config.host).toBe("0.0.0.0");
      expect(config.log).toMatchObject({ kind: "kafka", brokers: ["kafka:9092"], replication: 1 });
      expect(config.tables).toMatchObject({ kind: "server", cluster: null });
    },
  );

  test.each(own)(
    "$name writes nowhere but on its volume, and may stop in its own time",
    ({ name, service }) => {
      expect(at(service, "read_only")).toBe(true);
      expect(list(at(service, "volumes")).map(text)).toEqual(name === "ingest" ? ["spool:/data"] : []);
      expect(Number.parseInt(text(at(service, "stop_grace_period")), 10)).toBeGreaterThan(15);
    },
  );

  test("query reads the tables as a user that may only read", () => {
    const user = (name: string) => new URL(environmentOf(name).PORTALSTREAM_CLICKHOUSE_URL ?? "").username;
    expect([user("query"), user("sessions"), user("migrate")]).toEqual([
      "reader",
      "portalstream",
      "portalstream",
    ]);
    const users = readText("infra/clickhouse/users.xml");
    const reader = /<reader>.*<\/reader>/s.exec(users)?.[0] ?? "";
    expect([...reader.matchAll(/<query>(.*)<\/query>/g)].map(([, grant]) => grant)).toEqual([
      "GRANT SELECT ON portalstream.*",
      "GRANT SELECT ON system.processes",
    ]);
    expect(users).toContain('<default remove="remove"/>');
    for (const [, name = ""] of users.matchAll(/from_env="([A-Z_]+)"/g))
      expect(Object.keys(fields(at(compose, "services.clickhouse.environment")))).toContain(name);
  });
});

describe("secrets", () => {
  const used = [...readText(file).matchAll(variable)].map(([, name = "", kind = ""]) => ({ name, kind }));

  test("come from .env or nothing starts, and the example lists every variable but gives no secret", () => {
    const secret = /KEY|PASSWORD|SECRET/;
    expect(used.filter(({ name, kind }) => secret.test(name) !== (kind === "?"))).toEqual([]);
    for (const { name } of used) expect(example).toMatch(new RegExp(`^(# )?${name}=`, "m"));
    const given = readEnv("infra/docker/env.example");
    expect(Object.keys(given).sort()).toEqual(
      [...new Set(used.filter(({ kind }) => kind === "?").map(({ name }) => name))].sort(),
    );
    expect(Object.values(given).join("")).toBe("");
  });

  test("are written in no file of infra", () => {
    const texts = globSync("infra/**/*.{yml,yaml,env,xml,properties}", { cwd: root }).map(readText);
    expect(texts.filter((one) => /(KEY|PASSWORD)[=:] *[A-Za-z0-9]{8}/.test(one))).toEqual([]);
  });
});

describe("what the containers are told", () => {
  test("Kafka makes no topic by accident, forgets no progress, and confirms what is on disk", () => {
    const one = readText("infra/kafka/server.properties");
    const three = readText("infra/kafka/three-brokers.properties");
    for (const properties of [one, three]) {
      expect(properties).toMatch(/^auto\.create\.topics\.enable=false$/m);
      expect(properties).toMatch(/^unclean\.leader\.election\.enable=false$/m);
      expect(Number(/^message\.max\.bytes=(\d+)$/m.exec(properties)?.[1])).toBeGreaterThanOrEqual(
        2 * 2 ** 20,
      );
      expect(Number(/^offsets\.retention\.minutes=(\d+)$/m.exec(properties)?.[1])).toBeGreaterThan(
        60 * 24 * 365,
      );
    }
    expect(one).toMatch(/^log\.flush\.interval\.messages=1$/m);
    expect(three).toMatch(/^min\.insync\.replicas=2$/m);
    expect(one).toContain(
      `advertised.listeners=PLAINTEXT://${environmentOf("ingest").PORTALSTREAM_KAFKA_BROKERS}`,
    );
    const data = /^log\.dirs=(.*)$/m.exec(one)?.[1];
    expect(list(at(compose, "services.kafka.volumes")).map(text)).toContain(`log:${data}`);
  });

  test("the ClickHouse server is of the release that tests run on", () => {
    const locked = fields(at(readJson("package-lock.json"), "packages"))["node_modules/chdb"];
    const engine = text(fields(at(locked, "optionalDependencies"))["@chdb/lib-linux-x64-gnu"]);
    expect(engine).toMatch(/^\d+\.\d+\./);
    const release = engine.split(".").slice(0, 2).join(".");
    expect(text(at(compose, "services.clickhouse.image"))).toContain(`:${release}.`);
  });

  test("the proxy hides what operators ask, and sends the rest to services that exist", () => {
    const proxy = readText("infra/docker/Caddyfile");
    const hidden = /@private path (.*)\n\thandle @private {\n\t\trespond 404/.exec(proxy)?.[1];
    expect(hidden?.split(" ")).toEqual(["/metrics*", "/healthz*", "/readyz*"]);
    const sent = [...proxy.matchAll(/reverse_proxy ([a-z]+):(\d+)/g)].map(
      ([, name, port]) => `${name}:${port}`,
    );
    expect(sent).toEqual([
      `ingest:${loadConfig(environmentOf("ingest")).port}`,
      `query:${loadConfig(environmentOf("query")).port}`,
    ]);
    expect(proxy.indexOf("handle @private")).toBeLessThan(proxy.indexOf("handle @ingest"));
  });
});
