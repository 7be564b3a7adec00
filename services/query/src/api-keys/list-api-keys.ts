import { type Static, Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { type Route, readRoute } from "../http/route.ts";
import { orNull } from "../http/schemas.ts";
import { loadSql } from "../http/sql.ts";
import { isoTimeOf, Time } from "../http/time.ts";

const apiKeysSql = loadSql(import.meta.url, "api-keys.sql");

const ApiKey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  portals: Type.Array(Type.String()),
  createdAt: Time("When it was made"),
  revokedAt: orNull(Time("When it was revoked")),
});
type Row = { id: string; name: string; portals: string[]; createdMs: number; revokedMs: number | null };

const listApiKeys = readRoute({
  path: "/v1/api-keys",
  access: "admin",
  tag: "api-keys",
  summary: "Keys that read some portals, revoked ones too; the keys themselves are not kept",
  params: Type.Object({}),
  querystring: Type.Object(pageParameters, { additionalProperties: false }),
  response: PageOf(ApiKey),
  handler: async (db, { query }) => {
    const after = decodeCursor(Type.String(), query.cursor) ?? "";
    const rows = await db.query<Row>(apiKeysSql, { after, limit: query.limit + 1 });
    return pageOf(rows, query.limit, apiKeyOf, (row) => row.id);
  },
});

const apiKeyOf = ({ createdMs, revokedMs, ...row }: Row): Static<typeof ApiKey> => ({
  ...row,
  createdAt: isoTimeOf(createdMs),
  revokedAt: revokedMs === null ? null : isoTimeOf(revokedMs),
});

export const apiKeyRoutes: readonly Route[] = [listApiKeys];
