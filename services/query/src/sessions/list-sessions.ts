import { type Static, Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { mapInSlices } from "../http/slices.ts";
import { loadSql } from "../http/sql.ts";
import { endOfTime, parseTime, startOfTime, TimeParameter } from "../http/time.ts";
import { latestRows, timeElement } from "../lists/latest-rows.ts";
import { Session, type SessionRow, SessionStates, sessionOf } from "./session.ts";

const findSql = loadSql(import.meta.url, "find-sessions.sql");
const readSql = loadSql(import.meta.url, "read-sessions.sql");

/** Time, chat and place among the sessions of that chat: sessions need not have an id. */
const Cursor = Type.Tuple([
  Type.Integer(),
  Type.String(),
  Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
]);
type Key = Static<typeof Cursor>;
const newest: Key = [endOfTime, "", 0];

type Found = {
  opened_at_ms: number;
  chat_id: string;
  place: number;
  name: string;
  opener: string;
  version: string;
};
type Row = SessionRow & { place: number; name: string; opener: string; version: string };

/** GET sessions: newest first. */
export const listSessions = readRoute({
  path: "/v1/portals/:portal/sessions",
  access: "portal",
  tag: "sessions",
  summary: "Sessions of a portal, newest first",
  params: Type.Object(PortalParameter),
  querystring: Type.Object(
    {
      from: Type.Optional(TimeParameter("Opened at this time or later")),
      to: Type.Optional(TimeParameter("Opened before this time")),
      line: Type.Optional(Type.String()),
      connector: Type.Optional(Type.String()),
      state: Type.Optional(SessionStates),
      operator: Type.Optional(Type.String({ description: "User id of an operator who wrote in it" })),
      firstResponseBy: Type.Optional(
        Type.String({ description: "User id of the operator who answered first" }),
      ),
      unanswered: Type.Optional(
        Type.Boolean({ description: "Whether the customer wrote and no operator answered" }),
      ),
      minWait: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 4_000_000,
          description: "The first answer took at least so many seconds",
        }),
      ),
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: PageOf(Session),
  handler: async (db, { params: { portal }, query, pace }) => {
    const start = decodeCursor(Cursor, query.cursor) ?? newest;
    const filter = {
      portal,
      from: parseTime("from", query.from) ?? startOfTime,
      to: parseTime("to", query.to) ?? endOfTime,
      line: query.line ?? "",
      connector: query.connector ?? "",
      state: query.state ?? "",
      operator: query.operator ?? "",
      firstResponseBy: query.firstResponseBy ?? "",
      unanswered: query.unanswered === undefined ? "" : String(query.unanswered),
      minWait: query.minWait ?? -1,
    };
    const rows = await latestRows<Found, Row>(query.limit + 1, pace, {
      find: async (limit, after) => {
        // All of the time before were found with it.
        const [beforeAt, beforeChat, beforePlace] = after === null ? start : [after.opened_at_ms, "", 0];
        const found = await db.query<Found>(findSql, { ...filter, beforeAt, beforeChat, beforePlace, limit });
        return found.sort(newestFirst);
      },
      together: (one, other) => one.opened_at_ms === other.opened_at_ms,
      read: (found) =>
        db.query<Row>(readSql, {
          portal,
          times: found.map(({ opened_at_ms }) => timeElement(opened_at_ms)),
          names: found.map(({ name }) => name),
        }),
      keyOf: (row) => `${"opened_at" in row ? row.opened_at : row.opened_at_ms} ${row.name} ${row.opener}`,
    });
    const { items, nextCursor } = pageOf(
      rows,
      query.limit,
      (row) => row,
      ({ opened_at, chat_id, place }) => [opened_at, chat_id, place],
    );
    return { items: await mapInSlices(items, pace, sessionOf), nextCursor };
  },
});

function newestFirst(a: Found, b: Found): number {
  if (a.opened_at_ms !== b.opened_at_ms) return b.opened_at_ms - a.opened_at_ms;
  if (a.chat_id !== b.chat_id) return a.chat_id < b.chat_id ? 1 : -1;
  return b.place - a.place;
}
