import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Child, readyUrl } from "../../stacks/child-process.ts";
import { findKafka } from "../../stacks/kafka/available.ts";
import { cpuSeconds } from "./cpu.ts";

const main = fileURLToPath(new URL("../../../services/standalone/src/main.ts", import.meta.url));

export type IngestUnderTest = {
  url: string;
  about: string;
  /** CPU seconds used so far, by part. */
  cpu: () => Readonly<Record<string, number>>;
  /** Resolves when it has nothing left to do; answers how many events were left to project. */
  settled(): Promise<number>;
  close(): Promise<void>;
};

/** The ingest process itself on a Kafka of its own, with the broker on the same machine. */
export async function startIngestOnKafka(adminKey: string): Promise<IngestUnderTest> {
  const kafka = await findKafka();
  if (kafka.kind === "none") throw new Error(kafka.said);
  const dataDir = await mkdtemp(join(tmpdir(), "portalstream-bench-"));
  const ingest = new Child({
    args: [main, "ingest"],
    env: {
      PORTALSTREAM_KAFKA_BROKERS: kafka.addresses,
      PORTALSTREAM_KAFKA_REPLICATION: "1",
      PORTALSTREAM_KAFKA_PARTITIONS: "12",
      PORTALSTREAM_DATA_DIR: dataDir,
      PORTALSTREAM_ADMIN_KEY: adminKey,
      PORTALSTREAM_SECRET_KEY: "bench-secret-key-0123456789",
      PORTALSTREAM_PORT: "0",
      ...(process.env.BENCH_NODE_OPTIONS === undefined
        ? {}
        : { NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS }),
    },
    ready: readyUrl,
    print: (text) => void (text.includes('"level":30') || process.stderr.write(text)),
  });
  await ingest.start();
  return {
    url: ingest.said,
    about: kafka.said,
    cpu: () => ({
      ingest: cpuSeconds(ingest.pid),
      ...(kafka.kind === "maven" ? { broker: cpuSeconds(kafka.cluster.brokers[0]?.pid ?? 0) } : {}),
    }),
    settled: async () => 0,
    close: async () => {
      await ingest.end("SIGTERM");
      await kafka.dispose();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
