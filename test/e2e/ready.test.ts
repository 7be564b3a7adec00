import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { Child } from "../stacks/child-process.ts";
import { startEmbedded } from "../stacks/embedded.ts";
import { freePorts } from "../stacks/free-ports.ts";
import { type Address, enrol, post } from "../stacks/stack.ts";
import { applicationToken, customerMessage, memberId } from "./bodies.ts";

// Slow: it runs the whole product.

const serveTables = fileURLToPath(new URL("../../packages/clickhouse/scripts/serve.ts", import.meta.url));

async function readiness({ url }: Address): Promise<{ status: number; code?: string }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, code: Object(await response.json()).code };
}

describe.skipIf(inject("stack") === "kafka")("standalone is ready", () => {
  test("only while the tables can be asked, and receives webhooks all the same", async () => {
    const folder = await mkdtemp(join(tmpdir(), "portalstream-tables-"));
    const path = join(folder, "tables");
    await mkdir(path);
    const [port = 0] = await freePorts(1);
    const tables = new Child({
      args: [serveTables, "--path", path, "--port", String(port)],
      env: { UV_THREADPOOL_SIZE: "32" },
      ready: (line) => /"url":"([^"]+)"/.exec(line)?.[1],
      print: () => {},
    });
    onTestFinished(async () => {
      await tables.end("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    });
    await tables.start();
    const stack = await startEmbedded({
      PORTALSTREAM_CLICKHOUSE_URL: `http://127.0.0.1:${port}/default`,
    });
    onTestFinished(() => stack.dispose());
    await enrol(stack, memberId, applicationToken);
    expect(await readiness(stack)).toEqual({ status: 200 });
    await tables.end("SIGKILL");
    // A good verdict holds for a second.
    await vi.waitFor(
      async () => expect(await readiness(stack)).toEqual({ status: 503, code: "unavailable" }),
      { timeout: 60_000, interval: 50 },
    );
    expect((await post(stack, customerMessage)).status).toBe(200);
  });

  test("with a lost secret key once a portal is enrolled again, which webhooks wait for", async () => {
    const stack = await startEmbedded();
    onTestFinished(() => stack.dispose());
    expect(await readiness(stack)).toEqual({ status: 200 });
    await enrol(stack, memberId, applicationToken);
    await stack.stop();
    await rm(join(stack.dataDir, "secret-key"));
    await stack.restart();
    expect(await readiness(stack)).toEqual({ status: 503, code: "wrong_secret_key" });
    expect((await post(stack, customerMessage)).status).toBe(401);
    expect(stack.output()).toContain(`"some":["${memberId}/default"]`);
    await enrol(stack, memberId, applicationToken);
    expect(await readiness(stack)).toEqual({ status: 200 });
    expect((await post(stack, customerMessage)).status).toBe(200);
  });
});
