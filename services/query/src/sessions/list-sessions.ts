import { type Static, Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { parseTime, TimeParameter } from "../http/time.ts";
import { loadAllTimelines } from "../timeline/load-timelines.ts";
import { stateTables } from "../timeline/tables.ts";
import { Session, SessionStates, sessionOf } from "./session.ts";

/** Time, chat and place among the sessions of that chat: sessions need not have an id. */
const Cursor = Type.Tuple([Type.Integer(), Type.String(), Type.Integer()]);
type Key = Static<typeof Cursor>;

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
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: PageOf(Session),
  handler: async (db, { params: { portal }, query }) => {
    const cursor = decodeCursor(Cursor, query.cursor);
    const from = parseTime("from", query.from) ?? Number.NEGATIVE_INFINITY;
    const to = parseTime("to", query.to) ?? Number.POSITIVE_INFINITY;
    const timelines = await loadAllTimelines(db, stateTables, portal);
    const found = timelines
      .flatMap(({ name, sessions }) =>
        sessions.map((session, place) => {
          const key: Key = [session.openedAt, name.chatId, place];
          return { key, session, name };
        }),
      )
      .filter(({ key, session, name }) => {
        if (key[0] < from || key[0] >= to) return false;
        if (cursor !== null && compareKeys(key, cursor) >= 0) return false;
        if (query.line !== undefined && query.line !== (session.line || name.line)) return false;
        if (query.connector !== undefined && query.connector !== (session.connector || name.connector))
          return false;
        return query.state === undefined || query.state === (session.closedAt === null ? "open" : "closed");
      })
      .sort((a, b) => compareKeys(b.key, a.key));
    return pageOf(
      found,
      query.limit,
      ({ session, name }) => sessionOf(session, name),
      ({ key }) => key,
    );
  },
});

function compareKeys(a: Key, b: Key): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1;
  return a[2] - b[2];
}
