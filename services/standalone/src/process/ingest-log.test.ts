import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventLogError, openSpooledLog } from "@portalstream/event-log";
import { createLogger, createMetrics, loadConfig } from "@portalstream/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openIngestLog } from "./ingest-log.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "portalstream-ingest-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const opened = () =>
  openIngestLog(loadConfig({ PORTALSTREAM_DATA_DIR: dataDir }), createLogger("silent"), createMetrics());

/** What a process leaves that never reached Kafka. */
async function spoolOf(webhooks: number): Promise<void> {
  const log = await openSpooledLog({
    path: join(dataDir, "spool"),
    prefix: "",
    openRemote: () => Promise.reject(new EventLogError("log_unavailable", true, "away")),
  });
  for (let count = 0; count < webhooks; count++)
    await log.append("t", [{ key: "k", value: Buffer.from("v") }]);
  await log.close();
}

test("webhooks that wait for Kafka are not forgotten when its settings are gone", async () => {
  await spoolOf(2);
  const error: unknown = await opened().catch((one: unknown) => one);
  expect(error).toMatchObject({ code: "log_misconfigured", retriable: false });
  expect(String(error)).toContain(`2 webhooks in ${join(dataDir, "spool")}`);
  expect(String(error)).toContain("PORTALSTREAM_KAFKA_BROKERS");
});

test("a spool without webhooks keeps nobody from the embedded log", async () => {
  await spoolOf(0);
  const { log, ready } = await opened();
  await ready();
  await log.close();
});
