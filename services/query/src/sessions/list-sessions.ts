import { type Static, Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { loadSql } from "../http/sql.ts";
import { endOfTime, parseTime, startOfTime, TimeParameter } from "../http/time.ts";
import { latestRows } from "../lists/latest-page.ts";
import { Session, type SessionRow, SessionStates, sessionOf } from "./session.ts";

const findSql = loadSql(import.meta.url, "find-sessions.sql");

/** Time, chat, place among the sessions of that chat (sessions need not have an id), and what makes a row's key unique. */
const Cursor = Type.Tuple([
  Type.Integer(),
  Type.String(),
  Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
  Type.String(),
  Type.String(),
]);
type Key = Static<typeof Cursor>;
const newest: Key = [endOfTime, "", 0, "", ""];

type Row = SessionRow & {
  place: number;
  name: string;
  opener: string;
  counts: boolean;
  foundCount: number;
  last: Key;
};

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
  handler: async (db, { params: { portal }, query }) => {
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
    const before = decodeCursor(Cursor, query.cursor) ?? newest;
    const rows = await latestRows<Row, Key>(query.limit + 1, before, async (batch, start) => {
      const [beforeAt, beforeChat, beforePlace, beforeName, beforeOpener] = start;
      const position = { beforeAt, beforeChat, beforePlace, beforeName, beforeOpener };
      const found = await db.query<Row>(findSql, { ...filter, ...position, batch });
      return { rows: found, found: found[0]?.foundCount ?? 0, last: found[0]?.last ?? null };
    });
    return pageOf(rows, query.limit, sessionOf, keyOf);
  },
});

const keyOf = ({ opened_at, chat_id, place, name, opener }: Row): Key => [
  opened_at,
  chat_id,
  place,
  name,
  opener,
];
