import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Budget } from "./budget.ts";

test("where traces are off nothing of OpenTelemetry is loaded", () => {
  const runtime = fileURLToPath(new URL("../index.ts", import.meta.url));
  const script = `
    const { startTracing, createLogger } = await import(${JSON.stringify(runtime)});
    const { registerHooks } = await import("node:module");
    registerHooks({ load: (url, context, next) => (console.log(url), next(url, context)) });
    const { spans } = await startTracing(process.argv[1] || null, "test", createLogger("silent"));
    console.log(spans === null ? "off" : "on");
    process.exit();`;
  const run = (url: string) =>
    execFileSync(process.execPath, ["--input-type=module", "-e", script, url]).toString().split("\n");
  expect(run("").filter((line) => line !== "")).toEqual(["off"]);
  const loaded = run("http://127.0.0.1:1/v1/traces");
  expect(loaded).toContain("on");
  expect(loaded.filter((url) => url.includes("@opentelemetry")).length).toBeGreaterThan(10);
});

test("a name has so many spans in a second, whatever others have", () => {
  const budget = new Budget(2);
  expect([1_000, 1_500, 1_999].map((now) => budget.take("webhook", now))).toEqual([true, true, false]);
  expect(budget.take("batch", 1_999)).toBe(true);
  expect([2_000, 2_001, 2_002].map((now) => budget.take("webhook", now))).toEqual([true, true, false]);
});
