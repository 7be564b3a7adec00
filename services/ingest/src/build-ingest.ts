import type { EventLog } from "@portalstream/event-log";
import type { FastifyInstance } from "fastify";
import { apiKeyRoutes } from "./admin/api-keys.ts";
import { requireAdmin } from "./admin/bearer.ts";
import { portalRoutes } from "./admin/portals.ts";
import { IngestMetrics } from "./metrics.ts";
import { Registry } from "./registry/registry.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

export type IngestOptions = {
  log: EventLog;
  adminKey: string;
  secretKey: string;
  /** Resolves when what was written before can be read through the query API; at once where that is another process. */
  settled?: () => Promise<void>;
  now?: () => number;
};

/** Adds the webhook, admin and health routes to an application. */
export async function buildIngest(app: FastifyInstance, options: IngestOptions): Promise<void> {
  const { log, adminKey, secretKey, settled = async () => {}, now = Date.now } = options;
  const metrics = new IngestMetrics();
  const registry = await Registry.open(log, secretKey);
  await app.register(async (scope) => webhookRoutes(scope, { log, registry, now }, metrics));
  await app.register(async (scope) => {
    scope.addHook("onRequest", requireAdmin(adminKey));
    await scope.register(portalRoutes({ registry, now, settled }));
    await scope.register(apiKeyRoutes({ log, now, settled }));
  });
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    await log.ready();
    return reply.send({ status: "ready" });
  });
  app.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
