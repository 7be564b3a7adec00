import type { ClickHouse } from "@portalstream/clickhouse";
import { decodeForm, nestForm } from "@portalstream/events";
import type { FastifyPluginAsync } from "fastify";
import type { Route } from "../src/http/route.ts";
import { chatRoutes } from "../src/chats/routes.ts";
import { messageRoutes } from "../src/messages/routes.ts";
import { sessionRoutes } from "../src/sessions/routes.ts";
import { analyticsRoutes } from "../src/analytics/routes.ts";
export const buildQuery = ({ db }: { db: ClickHouse; adminKey: string }): FastifyPluginAsync => async (app) => {
  const routes: Route[] = [...chatRoutes, ...messageRoutes, ...sessionRoutes, ...analyticsRoutes];
  for (const route of routes) app.get(route.path, async (request) => route.answer(db, { params: request.params, query: request.query, caller: { kind: "admin" } }));
  app.get("/v1/portals", async () => ({ items: await db.query("SELECT portal FROM portals GROUP BY portal"), nextCursor: null }));
  app.get<{ Params: { portal: string }; Querystring: Record<string, string> }>("/v1/portals/:portal/bots", async () => ({ items: [] , nextCursor: null}));
  app.get<{ Params: { portal: string }; Querystring: Record<string, string> }>("/v1/portals/:portal/events", async (r) => {
    const rows = await db.query<Record<string, string>>("SELECT event_id AS eventId, name, topic, reason, source FROM events WHERE portal = {p:String} AND event_id LIKE {e:String} ORDER BY at, event_id, version DESC LIMIT 1 BY event_id LIMIT 1000", { p: r.params.portal, e: r.query.eventId ?? "%" });
    return { items: rows.map((row) => ({ ...row, body: nestForm(decodeForm(Buffer.from(row.source ?? "", "latin1")).root) })), nextCursor: null };
  });
};
