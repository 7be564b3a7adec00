import type { EventLog } from "@portalstream/event-log";
import { commonProblem, type Metrics, type Spans } from "@portalstream/runtime";
import type { FastifyInstance } from "fastify";
import { apiKeyRoutes } from "./admin/api-keys.ts";
import { requireAdmin } from "./admin/bearer.ts";
import { portalRoutes } from "./admin/portals.ts";
import { isEncoded, takenEncodings } from "./content-encoding.ts";
import { IngestMetrics } from "./metrics.ts";
import type { Registry } from "./registry/registry.ts";
import { Traffic } from "./traffic.ts";
import { Drift } from "./webhooks/drift.ts";
import { Outcomes } from "./webhooks/outcomes.ts";
import { refusalCodes } from "./webhooks/refusals.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

export type IngestOptions = {
  /** Where webhooks are appended. */
  log: EventLog;
  /** Where enrolments and keys are kept and read: never a spool, since what was enrolled must hold at once and everywhere. */
  registryLog: EventLog;
  registry: Registry;
  metrics: Metrics;
  /** Where the log line of each second is written; default: the application's own. */
  traffic?: Traffic;
  /** Null: traces are off. */
  spans?: Spans | null;
  adminKey: string;
  /** Resolves when what was written before can be read through the query API. */
  settled?: () => Promise<void>;
  now?: () => number;
};

/** Adds the webhook and admin routes to an application. */
export async function buildIngest(app: FastifyInstance, options: IngestOptions): Promise<void> {
  const { log, registryLog, registry, adminKey, settled = async () => {}, now = Date.now } = options;
  const { traffic = new Traffic(app.log, () => "none"), spans = null } = options;
  const measured = new IngestMetrics(options.metrics, refusalCodes);
  const outcomes = new Outcomes(measured, traffic, new Drift(measured, app.log), spans);
  app.addHook("onClose", async () => traffic.flush());
  await app.register(async (scope) => webhookRoutes(scope, { log, registry, now }, outcomes));
  await app.register(async (scope) => {
    scope.addHook("onRequest", requireAdmin(adminKey));
    scope.addHook("onRequest", async ({ headers }) => {
      if (isEncoded(headers)) throw commonProblem("unsupported_content_encoding", undefined, takenEncodings);
    });
    await scope.register(portalRoutes({ registry, now, settled }));
    await scope.register(apiKeyRoutes({ log: registryLog, now, settled }));
  });
}
