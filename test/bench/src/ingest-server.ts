import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEventLog } from "@portalstream/event-log";
import { buildIngest, Registry } from "@portalstream/ingest";
import { createMetrics } from "@portalstream/runtime";
import Fastify from "fastify";

// The ingest service on the embedded log, alone in its process: prints its address and its data folder.
const dataDir = await mkdtemp(join(tmpdir(), "portalstream-bench-"));
const log = await openEventLog({
  kind: "embedded",
  path: join(dataDir, "log"),
  partitions: 1,
  role: "writer",
});
const app = Fastify();
await buildIngest(app, {
  log,
  registryLog: log,
  registry: await Registry.open({ log, secretKey: "bench-secret-key-0123456789", copy: null }),
  metrics: createMetrics(),
  adminKey: "bench-admin-key-0123456789",
});
const url = await app.listen({ host: "127.0.0.1", port: 0 });
process.stdout.write(`${JSON.stringify({ url, dataDir })}\n`);
