import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type Serving = { url: string; process: ChildProcess; kill(): Promise<void> };

/** The engine in a process of its own, which tests may kill and stop. */
export async function startServing(...args: string[]): Promise<Serving> {
  const script = fileURLToPath(new URL("../scripts/serve.ts", import.meta.url));
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, UV_THREADPOOL_SIZE: "32" },
  });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`the server exited with ${code}`))),
  ]);
  const { url } = JSON.parse(String(line));
  return {
    url,
    process: child,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
