import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Child, readyUrl } from "../stacks/child-process.ts";
import { type Cluster, startCluster } from "../stacks/kafka/cluster.ts";
import { ownBrokers } from "../stacks/kafka/own-brokers.ts";
import { ask, enrol, post } from "../stacks/stack.ts";
import { applicationToken, customerMessage, memberId } from "./bodies.ts";

// Everything in one process, with a log that may be away. Slow: it stops and starts a broker.

const main = fileURLToPath(new URL("../../services/standalone/src/main.ts", import.meta.url));
const adminKey = "test-admin-key-0123456789";
const classPath = ownBrokers();
const patient = { timeout: 60_000, interval: 100 };

describe.skipIf(classPath === null)("standalone on Kafka", () => {
  let cluster: Cluster;
  let folder: string;
  let printed = "";
  const children: Child[] = [];
  const programOf = (command: string) => {
    const child = new Child({
      args: [main, command],
      env: {
        PORTALSTREAM_KAFKA_BROKERS: cluster.addresses,
        PORTALSTREAM_KAFKA_REPLICATION: "1",
        PORTALSTREAM_KAFKA_PARTITIONS: "3",
        PORTALSTREAM_ADMIN_KEY: adminKey,
        PORTALSTREAM_SECRET_KEY: "test-secret-key-0123456789",
        PORTALSTREAM_PORT: "0",
        PORTALSTREAM_DATA_DIR: join(folder, command),
      },
      ready: readyUrl,
      print: (text) => {
        printed += text;
      },
    });
    children.push(child);
    return child;
  };
  const at = (child: Child) => ({ url: child.said, adminKey });
  const readiness = async (child: Child) => {
    const response = await fetch(`${child.said}/readyz`);
    return { status: response.status, body: Object(await response.json()) };
  };
  const messages = async (child: Child): Promise<unknown[]> => {
    const { body } = await ask(at(child), `/v1/portals/${memberId}/messages`);
    return Object(body).items;
  };

  let standalone: Child;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "portalstream-"));
    cluster = await startCluster(classPath ?? "", 1);
    standalone = programOf("standalone");
    await standalone.start();
    await enrol(at(standalone), memberId, applicationToken);
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => child.end("SIGKILL")));
    await cluster?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  test("starts while Kafka is away, keeps a webhook, and shows it once Kafka is there", async () => {
    const [broker] = cluster.brokers;
    expect(await standalone.end("SIGTERM")).toBe(0);
    await broker?.kill();
    printed = "";
    await standalone.start();
    expect((await post(at(standalone), customerMessage)).status).toBe(200);
    expect(await readiness(standalone)).toMatchObject({
      status: 200,
      body: { status: "ready", spool: { mode: "spooling", records: 1 } },
    });
    const waiting = ["sessions", "analytics"];
    const told = (who: string) => printed.split(`"who":"${who}"`).length - 1;
    await vi.waitFor(() => expect(waiting.map(told)).toEqual([1, 1]), patient);
    // Long enough to see that waiting is not told of again and again.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    for (const who of waiting) expect(told(who), printed).toBe(1);
    await broker?.start();
    await vi.waitFor(async () => expect(await messages(standalone)).toHaveLength(1), patient);
    await vi.waitFor(
      async () => expect((await readiness(standalone)).body.spool.mode).toBe("direct"),
      patient,
    );
    await vi.waitFor(() => expect(printed.match(/"starts now"/g)).toHaveLength(2), patient);
  });

  test("stops in order while it waits for Kafka", async () => {
    const [broker] = cluster.brokers;
    expect(await standalone.end("SIGTERM")).toBe(0);
    await broker?.kill();
    await standalone.start();
    expect(await standalone.end("SIGTERM")).toBe(0);
    await broker?.start();
    await standalone.start();
  });

  test("hears of a token that was changed through another process", async () => {
    const other = programOf("ingest");
    await other.start();
    const changed = "a-new-token-of-the-portal";
    await enrol(at(other), memberId, changed, "example.bitrix24.com", { previousTokenSeconds: 0 });
    // The old one first: the new one, not found, would make it look into the log.
    await vi.waitFor(
      async () => expect((await post(at(standalone), customerMessage)).status).toBe(401),
      patient,
    );
    const withNew = customerMessage.replace(applicationToken, changed);
    expect((await post(at(standalone), withNew)).status).toBe(200);
  });
});
