import { Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { loadSql } from "../http/sql.ts";
import { isoTimeOf, Time } from "../http/time.ts";

const driftSql = loadSql(import.meta.url, "drift.sql");

const Drift = Type.Object({
  event: Type.String({ description: "Name of the event" }),
  path: Type.String({ description: "Which of its fields, such as message.files" }),
  count: Type.Integer({ description: "In how many events" }),
  lastAt: Time("When the last of them occurred"),
});
const Cursor = Type.Tuple([Type.String(), Type.String()]);

type Row = { event: string; path: string; count: number; lastMs: number };

/** GET drift */
export const listDrift = readRoute({
  path: "/v1/portals/:portal/drift",
  access: "portal",
  tag: "portals",
  summary: "Fields of events that had an unknown shape and were left out, by event and field",
  description: "What was sent is in the body of the event. The rest of such an event is read as usual.",
  params: Type.Object(PortalParameter),
  querystring: Type.Object(pageParameters, { additionalProperties: false }),
  response: PageOf(Drift),
  handler: async (db, { params: { portal }, query: { limit, cursor } }) => {
    const [afterEvent, afterPath] = decodeCursor(Cursor, cursor) ?? ["", ""];
    const rows = await db.query<Row>(driftSql, { portal, afterEvent, afterPath, limit: limit + 1 });
    return pageOf(
      rows,
      limit,
      ({ lastMs, ...row }) => ({ ...row, lastAt: isoTimeOf(lastMs) }),
      ({ event, path }) => [event, path],
    );
  },
});
