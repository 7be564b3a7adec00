import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, openEventLog } from "@portalstream/event-log";
import { topics } from "@portalstream/events";
import { createMetrics, loadConfig, SettingError } from "@portalstream/runtime";
import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildIngest } from "../build-ingest.ts";
import { Registry } from "../registry/registry.ts";

const token = "0123456789abcdef0123456789abcdef";
const head = `event=ONIMCONNECTORMESSAGEADD&ts=1&auth[member_id]=p&auth[application_token]=${token}&data[CONNECTOR]=`;
const largest = 7 * 2 ** 20;
const limited = (bytes: number) =>
  loadConfig({
    PORTALSTREAM_BODY_LIMIT: String(bytes),
    PORTALSTREAM_ADMIN_KEY: "admin-key-of-the-test",
    PORTALSTREAM_SECRET_KEY: "secret-key-of-the-test",
  }).bodyLimit;

let path: string;
let log: EventLog;
let app: FastifyInstance;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "portalstream-large-"));
  log = await openEventLog({ kind: "embedded", path, partitions: 1, role: "writer" });
  const registry = await Registry.open({ log, secretKey: "key-of-the-test", copy: null });
  const first = {
    portal: "p",
    application: "default",
    domain: "x.example",
    token,
    previousTokenSeconds: null,
  };
  await registry.enrol(first, 1_000);
  app = fastify({ bodyLimit: limited(largest) });
  const metrics = createMetrics();
  await buildIngest(app, { log, registryLog: log, registry, metrics, adminKey: "admin-key-of-the-test" });
});
afterEach(async () => {
  await app.close();
  await log.close();
  await rm(path, { recursive: true });
});

const kept = async () => (await log.extents(topics.messages))[0]?.end;
const send = async (body: string) => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await app.inject({ method: "POST", url: "/webhooks/bitrix24", headers, body });
  return [answer.statusCode, answer.json().code];
};

test("the record of the largest body that can be configured fits the log", async () => {
  const message = `${head}c&data[MESSAGES][0][im][message_id]=1&data[MESSAGES][0][message][text]=`;
  expect(await send(message + "x".repeat(largest - message.length))).toEqual([200, undefined]);
  expect(await kept()).toBe(1);
  expect(() => limited(largest + 1)).toThrow(SettingError);
  expect(() => limited(largest + 1)).toThrow(/no larger than 16 MiB/);
});

test("an event whose record is too large for the log is refused with 413, though its body is not", async () => {
  // Each message of its record names the connector.
  const messages = (count: number) =>
    Array.from({ length: count }, (_, at) => `&data[MESSAGES][${at}][im][message_id]=${at}`).join("");
  const connector = "x".repeat(500_000);
  expect(await send(`${head}${connector}${messages(40)}`)).toEqual([413, "too_large"]);
  expect(await send(`${head}${connector}${messages(20)}`)).toEqual([200, undefined]);
  expect(await kept()).toBe(1);
});
