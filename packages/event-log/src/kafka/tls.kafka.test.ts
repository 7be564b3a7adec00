import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cluster, type Listener, startCluster } from "../../../../test/stacks/kafka/cluster.ts";
import { ownBrokers } from "../../../../test/stacks/kafka/own-brokers.ts";
import { configOn } from "../../test/on-kafka.ts";
import { entry, until } from "../../test/support.ts";
import { type EventLog, openEventLog } from "../index.ts";
import type { KafkaSecurity } from "./config.ts";

const classPath = ownBrokers();
const plain = { kind: "plain", username: "alice", password: "the-password-of-alice" } as const;
const scram = { kind: "scram-sha-512", username: "bob", password: "the-password-of-bob" } as const;

/** A certificate of its own authority for 127.0.0.1, and another authority that knows nothing of it. */
function certificates(folder: string): void {
  const openssl = (args: string) => execFileSync("openssl", args.split(" "), { cwd: folder, stdio: "pipe" });
  const key = "-newkey rsa:2048 -nodes -days 2";
  for (const name of ["ca", "other"])
    openssl(`req -x509 ${key} -keyout ${name}.key -out ${name}.pem -subj /CN=${name}`);
  openssl(
    `req -x509 ${key} -CA ca.pem -CAkey ca.key -keyout broker.key -out broker.pem -subj /CN=broker -addext subjectAltName=IP:127.0.0.1`,
  );
}

async function listener(folder: string): Promise<Listener> {
  const stored = ["broker.key", "broker.pem"].map((name) => readFile(join(folder, name), "utf8"));
  await writeFile(join(folder, "store.pem"), (await Promise.all(stored)).join(""));
  const { username, password } = plain;
  const security = "org.apache.kafka.common.security";
  return {
    protocol: "SASL_SSL",
    format: ["--add-scram", `SCRAM-SHA-512=[name=${scram.username},password=${scram.password}]`],
    properties: `listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location=${join(folder, "store.pem")}
ssl.truststore.type=PEM
ssl.truststore.location=${join(folder, "ca.pem")}
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=${security}.plain.PlainLoginModule required username="${username}" password="${password}" user_${username}="${password}";
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${security}.scram.ScramLoginModule required;`,
  };
}

describe.skipIf(classPath === null)("Kafka over TLS, with a password", () => {
  let folder: string;
  let cluster: Cluster;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "portalstream-tls-"));
    certificates(folder);
    cluster = await startCluster(classPath ?? "", 1, await listener(folder));
  });
  afterAll(async () => {
    await cluster?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const opened = (sasl: KafkaSecurity["sasl"], ca: string | null = "ca.pem"): Promise<EventLog> => {
    const tls = { kind: "on", caFile: ca === null ? null : join(folder, ca) } as const;
    return openEventLog(configOn(cluster.addresses, { topics: ["t"], security: { tls, sasl } }));
  };
  /** All that could reach a log line. */
  const said = (error: unknown) => {
    const inner = error instanceof Error ? `${error.stack} ${error.cause}` : "";
    return `${error} ${inner} ${JSON.stringify(error)}`;
  };
  async function refused(opening: Promise<EventLog>): Promise<string> {
    const error: unknown = await opening.then(
      (log) => log.close().then(() => "it opened"),
      (one: unknown) => one,
    );
    expect(error).toMatchObject({ name: "EventLogError", retriable: false });
    for (const { password } of [plain, scram]) expect(said(error)).not.toContain(password);
    return String(error);
  }

  test.each([plain, scram])("who knows the password of $kind appends, reads and consumes", async (sasl) => {
    const log = await opened(sasl);
    await log.append("t", [entry("k", "v")]);
    const got: number[] = [];
    await log.consume({ group: "g", topics: ["t"] }, async ({ records }) => void got.push(records.length));
    await until(() => got.length === 1);
    await log.ready();
    await log.close();
  });

  test.each([
    { ...plain, password: "wrong-password" },
    { ...scram, password: "wrong-password" },
    { ...scram, username: "mallory" },
  ])("a wrong name or password of $kind is said, and is nothing to try again", async (sasl) => {
    const told = await refused(opened(sasl));
    expect(told).toMatch(/name or password/);
    expect(told).not.toContain("wrong-password");
  });

  test.each(["other.pem", null])("a broker whose authority is not trusted (%s) is said", async (ca) => {
    expect(await refused(opened(plain, ca))).toMatch(/certificate/);
  });

  test.each(["none.pem", "broker.key"])("certificates that cannot be read (%s) are said", async (ca) => {
    expect(await refused(opened(plain, ca))).toContain(ca);
  });

  test("a mechanism that the brokers do not offer is said", async () => {
    expect(await refused(opened({ ...scram, kind: "scram-sha-256" }))).toMatch(/mechanism/);
  });

  test("without TLS nothing is opened", async () => {
    const config = configOn(cluster.addresses, {
      topics: ["t"],
      security: { tls: { kind: "off" }, sasl: plain },
    });
    const error: unknown = await openEventLog(config).catch((one: unknown) => one);
    expect(error).toMatchObject({ code: "log_unavailable" });
    expect(said(error)).not.toContain(plain.password);
  });
});
