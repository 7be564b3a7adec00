import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export type Server = { stop(): Promise<void> };

const main = fileURLToPath(new URL("../../../../services/standalone/src/main.ts", import.meta.url));
const startTimeout = 60_000;

/** Starts portalstream as its own process, as `npm start` does, with its log in the data folder. Resolves once it is ready. */
export async function startServer(url: string, dataDir: string): Promise<Server> {
  if (await isReady(url))
    throw new Error(`something already answers at ${url}; use --url ${url} to play against it`);
  mkdirSync(dataDir, { recursive: true });
  const logPath = join(dataDir, "demo.log");
  const log = openSync(logPath, "w");
  // Ctrl-C is for the demo, which then stops the server in its own time.
  const child = spawn(process.execPath, [main, "standalone"], {
    stdio: ["ignore", log, log],
    detached: true,
  });
  process.on("exit", () => child.kill());
  for (const startedAt = Date.now(); !(await isReady(url)); await sleep(100)) {
    if (child.exitCode !== null)
      throw new Error(`portalstream did not start:\n${readFileSync(logPath, "utf8")}`);
    if (Date.now() - startedAt > startTimeout)
      throw new Error(`portalstream was not ready in time; see ${logPath}`);
  }
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL("/readyz", url))).ok;
  } catch {
    return false;
  }
}
