import type { ClickHouse } from "@portalstream/clickhouse";
import { Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { problem } from "../http/problems.ts";
import { type Caller, PortalParameter, type Route, readRoute } from "../http/route.ts";
import { loadSql } from "../http/sql.ts";
import { listDrift } from "./list-drift.ts";
import { Portal, type PortalRow, portalOf } from "./portal.ts";

const portalsSql = loadSql(import.meta.url, "portals.sql");

type Wanted = { after: string; only: string; limit: number };

const findPortals = (db: ClickHouse, caller: Caller, wanted: Wanted): Promise<PortalRow[]> =>
  db.query<PortalRow>(portalsSql, {
    ...wanted,
    all: caller.kind === "admin",
    allowed: caller.kind === "admin" ? [] : caller.portals,
  });

const listPortals = readRoute({
  path: "/v1/portals",
  access: "key",
  tag: "portals",
  summary: "Enrolled portals that the key may read, by memberId",
  params: Type.Object({}),
  querystring: Type.Object(pageParameters, { additionalProperties: false }),
  response: PageOf(Portal),
  handler: async (db, { query, caller }) => {
    const after = decodeCursor(Type.String(), query.cursor) ?? "";
    const rows = await findPortals(db, caller, { after, only: "", limit: query.limit + 1 });
    return pageOf(rows, query.limit, portalOf, (row) => row.memberId);
  },
});

const getPortal = readRoute({
  path: "/v1/portals/:portal",
  access: "portal",
  tag: "portals",
  summary: "One portal",
  params: Type.Object(PortalParameter),
  querystring: Type.Object({}, { additionalProperties: false }),
  response: Portal,
  handler: async (db, { params: { portal }, caller }) => {
    const [row] = await findPortals(db, caller, { after: "", only: portal, limit: 1 });
    if (row === undefined) throw problem("portal_not_found");
    return portalOf(row);
  },
});

export const portalRoutes: readonly Route[] = [listPortals, getPortal, listDrift];
