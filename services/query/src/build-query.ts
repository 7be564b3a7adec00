import type { ClickHouse } from "@portalstream/clickhouse";
import type { Metrics, Spans } from "@portalstream/runtime";
import type { FastifyPluginAsync } from "fastify";
import { analyticsRoutes } from "./analytics/routes.ts";
import { apiKeyRoutes } from "./api-keys/list-api-keys.ts";
import { botRoutes } from "./bots/list-bots.ts";
import { chatRoutes } from "./chats/routes.ts";
import { eventRoutes } from "./events/list-events.ts";
import { authorize, keyReader } from "./http/authorize.ts";
import { observeRequests } from "./http/observe-requests.ts";
import type { Route } from "./http/route.ts";
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
  adminKey: string;
  metrics: Metrics;
  /** Null: traces are off. */
  spans?: Spans | null;
  /** Routes of other services on the same address, for the API's description. */
  otherRoutes?: readonly OtherRoute[];
};

/** The query API as a plugin: every question, the schema registry, the pages. */
export const buildQuery =
  ({ db, adminKey, metrics, spans = null, otherRoutes = [] }: QueryOptions): FastifyPluginAsync =>
  async (app) => {
    observeRequests(app, routes, metrics, spans);
    watchLastEvents(db, metrics);
    const callerOf = keyReader(db, adminKey);
    for (const route of routes) {
      app.get<{ Params: Record<string, string> }>(route.path, async ({ headers, params, query }) => {
        const caller = await callerOf(headers.authorization);
        await authorize(db, route.access, caller, params.portal ?? "");
        return route.answer(db, { params, query, caller });
      });
    }
    schemaRegistryRoutes(app);
    pageRoutes(app, openApiOf(routes, otherRoutes));
  };
