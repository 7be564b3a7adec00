import type { EventLog } from "@portalstream/event-log";
import type { Metrics } from "@portalstream/runtime";
import type { FastifyInstance } from "fastify";
import { apiKeyRoutes } from "./admin/api-keys.ts";
import { requireAdmin } from "./admin/bearer.ts";
import { portalRoutes } from "./admin/portals.ts";
import { IngestMetrics } from "./metrics.ts";
import type { Registry } from "./registry/registry.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

export type IngestOptions = {
  /** Where webhooks are appended. */
  log: EventLog;
  /** Where enrolments and keys are kept and read: never a spool, since what was enrolled must hold at once and everywhere. */
  registryLog: EventLog;
  registry: Registry;
  metrics: Metrics;
  adminKey: string;
  /** Resolves when what was written before can be read through the query API. */
  settled?: () => Promise<void>;
  now?: () => number;
};

/** Adds the webhook and admin routes to an application. */
export async function buildIngest(app: FastifyInstance, options: IngestOptions): Promise<void> {
  const { log, registryLog, registry, adminKey, settled = async () => {}, now = Date.now } = options;
  const metrics = new IngestMetrics(options.metrics);
  await app.register(async (scope) => webhookRoutes(scope, { log, registry, now }, metrics));
  await app.register(async (scope) => {
    scope.addHook("onRequest", requireAdmin(adminKey));
    await scope.register(portalRoutes({ registry, now, settled }));
    await scope.register(apiKeyRoutes({ log: registryLog, now, settled }));
  });
}
