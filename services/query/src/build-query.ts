import type { ClickHouse } from "@portalstream/clickhouse";
import type { Metrics, Spans } from "@portalstream/runtime";
import type { FastifyPluginAsync, FastifyReply } from "fastify";
import { analyticsRoutes } from "./analytics/routes.ts";
import { apiKeyRoutes } from "./api-keys/list-api-keys.ts";
import { botRoutes } from "./bots/list-bots.ts";
import { chatRoutes } from "./chats/routes.ts";
import { eventRoutes } from "./events/list-events.ts";
import type { Access } from "./http/access.ts";
import { authorize, keyReader } from "./http/authorize.ts";
import { observeRequests } from "./http/observe-requests.ts";
import { CallerGone, type Limits, QueryLimits } from "./http/query-limits.ts";
import type { Route } from "./http/route.ts";
import { sendJson, toJson } from "./http/to-json.ts";
import { messageRoutes } from "./messages/routes.ts";
import { type OtherRoute, openApiOf } from "./openapi/openapi.ts";
import { pageRoutes } from "./page/routes.ts";
import { watchLastEvents } from "./portals/last-events.ts";
import { portalRoutes } from "./portals/routes.ts";
import { schemaRegistryRoutes } from "./schema-registry/routes.ts";
import { sessionRoutes } from "./sessions/routes.ts";

const routes: readonly Route[] = [
  ...portalRoutes,
  ...eventRoutes,
  ...chatRoutes,
  ...messageRoutes,
  ...sessionRoutes,
  ...botRoutes,
  ...analyticsRoutes,
  ...apiKeyRoutes,
];

export type QueryOptions = {
  db: ClickHouse;
  access: Access;
  limits: Limits;
  adminKey: string;
  metrics: Metrics;
  /** Null: traces are off. */
  spans?: Spans | null;
  /** Routes of other services on the same address, for the API's description. */
  otherRoutes?: readonly OtherRoute[];
};

/** The query API as a plugin: every question, the schema registry, the pages. */
export const buildQuery =
  ({
    db,
    access,
    limits,
    adminKey,
    metrics,
    spans = null,
    otherRoutes = [],
  }: QueryOptions): FastifyPluginAsync =>
  async (app) => {
    observeRequests(app, routes, metrics, spans);
    watchLastEvents(db, metrics);
    const callerOf = keyReader(access, adminKey);
    const queries = new QueryLimits(db, limits, metrics);
    for (const route of routes) {
      app.get<{ Params: Record<string, string> }>(route.path, async (request, reply) => {
        const { headers, params, query } = request;
        const caller = callerOf(headers.authorization);
        authorize(access, route.access, caller, params.portal ?? "");
        try {
          const answer = await queries.run(caller, goneOf(reply), async (tables, pace) =>
            toJson(await route.answer(tables, { params, query, caller, pace }), pace),
          );
          return sendJson(reply, answer);
        } catch (error) {
          if (!(error instanceof CallerGone)) throw error;
          return reply.hijack();
        }
      });
    }
    schemaRegistryRoutes(app);
    pageRoutes(app, openApiOf(routes, otherRoutes));
  };

/** Aborted when the connection is closed before the answer was sent. */
function goneOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (raw.destroyed) gone.abort();
  raw.once("close", () => raw.writableFinished || gone.abort());
  return gone.signal;
}
