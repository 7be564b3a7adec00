import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Stack } from "./stack.ts";

const main = fileURLToPath(new URL("../../services/standalone/src/main.ts", import.meta.url));
const adminKey = "test-admin-key-0123456789";

/** The whole product as one process on the embedded pair, in a folder of its own. */
export async function startEmbedded(settings: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), "portalstream-"));
  const env = {
    PORTALSTREAM_PORT: "0",
    PORTALSTREAM_DATA_DIR: dataDir,
    PORTALSTREAM_ADMIN_KEY: adminKey,
    ...settings,
  };
  const printed: string[] = [];
  let child: ChildProcess;
  let url: string;

  async function launch(): Promise<void> {
    child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "pipe"] });
    child.stderr?.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
    url = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`exited with ${code}: ${printed.slice(-20).join("")}`)));
      if (child.stdout === null) return reject(new Error("no output"));
      createInterface({ input: child.stdout }).on("line", (line) => {
        printed.push(`${line}\n`);
        const ready = /"url":"([^"]+)".*"msg":"ready"/.exec(line)?.[1];
        if (ready !== undefined) resolve(ready);
      });
    });
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  await launch();
  return {
    get url() {
      return url;
    },
    adminKey,
    dataDir,
    output: () => printed.join(""),
    kill: async () => void (await end("SIGKILL")),
    restart: launch,
    stop: () => end("SIGTERM"),
    dispose: async () => {
      await end("SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
