import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ClickHouse, openClickHouse } from "@portalstream/clickhouse";
import { Child, type CommandResult, readyUrl, runToEnd } from "../../stacks/child-process.ts";
import { cpuSeconds } from "./cpu.ts";
import { memoryOf } from "./memory.ts";

const main = fileURLToPath(new URL("../../../services/standalone/src/main.ts", import.meta.url));

export const adminKey = "bench-admin-key-0123456789";

/** The product as `npm start` runs it, on a data folder that outlives it. */
export type Product = {
  url: string;
  adminKey: string;
  dataDir: string;
  cpu(): number;
  memory(): number;
  openTables(): Promise<ClickHouse>;
  stop(): Promise<void>;
};

export async function startProduct(dataDir: string): Promise<Product> {
  const child = new Child({ args: [main, "standalone"], env: settingsOf(dataDir), ready: readyUrl, print });
  await child.start();
  return {
    url: child.said,
    adminKey,
    dataDir,
    cpu: () => cpuSeconds(child.pid),
    memory: () => memoryOf(child.pid),
    openTables: () => openClickHouse({ kind: "socket", path: join(dataDir, "tables.sock") }),
    stop: async () => void (await child.end("SIGTERM")),
  };
}

/** Runs `portalstream ARGS` on a data folder; throws where it fails. */
export async function runCommand(dataDir: string, ...args: string[]): Promise<CommandResult> {
  const result = await runToEnd([main, ...args], settingsOf(dataDir));
  if (result.code !== 0) throw new Error(`${args[0]} exited with ${result.code}: ${result.errors}`);
  return result;
}

export type MeasuredCommand = { seconds: number; cpu: number; memory: number[]; output: string };

/** The same, measured from its start to its end. */
export async function measureCommand(dataDir: string, ...args: string[]): Promise<MeasuredCommand> {
  const started = performance.now();
  const child = spawn(process.execPath, [main, ...args], {
    env: settingsOf(dataDir),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [printed, memory] = [[] as Buffer[], [] as number[]];
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  let cpu = 0;
  const sampling = setInterval(() => {
    const now = memoryOf(child.pid ?? 0);
    if (now > 0) memory.push(now);
    cpu = Math.max(cpu, cpuSeconds(child.pid ?? 0));
  }, 100);
  const [code] = await once(child, "close");
  clearInterval(sampling);
  const output = Buffer.concat(printed).toString();
  if (code !== 0) throw new Error(`${args[0]} exited with ${code}: ${output}`);
  return { seconds: (performance.now() - started) / 1000, cpu, memory, output };
}

const settingsOf = (dataDir: string): Record<string, string> => ({
  PORTALSTREAM_PORT: "0",
  PORTALSTREAM_DATA_DIR: dataDir,
  PORTALSTREAM_ADMIN_KEY: adminKey,
  PORTALSTREAM_SECRET_KEY: "bench-secret-key-0123456789",
  ...(process.env.BENCH_NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS }),
});

const print = (text: string): void => void (text.includes('"level":30') || process.stderr.write(text));
