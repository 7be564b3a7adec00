import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Child, readyUrl, runToEnd } from "./child-process.ts";
import type { Stack } from "./stack.ts";

const main = fileURLToPath(new URL("../../services/standalone/src/main.ts", import.meta.url));
const adminKey = "test-admin-key-0123456789";

/** The whole product as one process on the embedded pair, in a folder of its own. */
export async function startEmbedded(settings: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), "portalstream-"));
  const printed: string[] = [];
  const env = {
    PORTALSTREAM_PORT: "0",
    PORTALSTREAM_DATA_DIR: dataDir,
    PORTALSTREAM_ADMIN_KEY: adminKey,
    ...settings,
  };
  const child = new Child({
    args: [main, "standalone"],
    env,
    ready: readyUrl,
    print: (text) => void printed.push(text),
  });
  await child.start();
  return {
    get url() {
      return child.said;
    },
    adminKey,
    dataDir,
    output: () => printed.join(""),
    command: (...args) => runToEnd([main, ...args], env),
    tablesAt: { kind: "socket", path: join(dataDir, "tables.sock") },
    kill: async () => void (await child.end("SIGKILL")),
    restart: () => child.start(),
    stop: () => child.end("SIGTERM"),
    dispose: async () => {
      await child.end("SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
