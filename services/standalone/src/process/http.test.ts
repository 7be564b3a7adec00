import { createLogger, createMetrics, loadConfig } from "@portalstream/runtime";
import { expect, test } from "vitest";
import { createApp, healthRoutes } from "./http.ts";

const keys = {
  PORTALSTREAM_ADMIN_KEY: "an-admin-key-of-the-test",
  PORTALSTREAM_SECRET_KEY: "a-secret-key-of-the-test",
};

function appThatIs(ready: () => Promise<object>) {
  const app = createApp(loadConfig(keys), createLogger("silent"));
  healthRoutes(app, { metrics: createMetrics(), ready });
  return app;
}

test("/readyz tells what else is known", async () => {
  const answer = await appThatIs(async () => ({ spool: { mode: "direct" } })).inject("/readyz");
  expect(answer.json()).toEqual({ status: "ready", spool: { mode: "direct" } });
});

// Slow: it waits as long as /readyz does.
test("/readyz answers 503 in seconds where what it asks never answers", { timeout: 15_000 }, async () => {
  const answer = await appThatIs(() => new Promise(() => {})).inject("/readyz");
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ code: "unavailable" });
});
