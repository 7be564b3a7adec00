import { decodeForm, type NestedForm, nestForm } from "@portalstream/events";
import { type Static, Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, type Route, readRoute } from "../http/route.ts";
import { orNull } from "../http/schemas.ts";
import { mapInSlices } from "../http/slices.ts";
import { loadSql } from "../http/sql.ts";
import { endOfTime, isoTimeOf, parseTime, startOfTime, Time, TimeParameter } from "../http/time.ts";

const eventsSql = loadSql(import.meta.url, "events.sql");

const Event = Type.Object({
  eventId: Type.String({ description: "SHA-256 of what the event says" }),
  name: Type.String({ description: "Upper case", examples: ["ONOPENLINEMESSAGEADD"] }),
  occurredAt: Time("ts of the event; when it was received where it had none"),
  receivedAt: Time("When its first delivery was received"),
  application: Type.String(),
  topic: Type.String({ examples: ["bitrix24.messages"] }),
  partition: Type.Integer(),
  offset: Type.Integer(),
  reason: orNull(Type.String(), { description: "Why it is in bitrix24.rejected" }),
  body: Type.Unknown({ description: "The body as sent, nested, less secrets" }),
});

type Row = {
  eventId: string;
  name: string;
  occurredMs: number;
  receivedMs: number;
  application: string;
  topic: string;
  partition: number;
  offset: number;
  reason: string;
  source: string;
};

const Cursor = Type.Tuple([Type.Integer({ minimum: startOfTime, maximum: endOfTime }), Type.String()]);
const farthest: Static<typeof Cursor> = [endOfTime, ""];

const listEvents = readRoute({
  path: "/v1/portals/:portal/events",
  access: "portal",
  tag: "events",
  summary: "Events of a portal as they were sent, newest first",
  params: Type.Object(PortalParameter),
  querystring: Type.Object(
    {
      name: Type.Optional(Type.String({ minLength: 1, examples: ["ONOPENLINEMESSAGEADD"] })),
      from: Type.Optional(TimeParameter("Occurred at this time or later")),
      to: Type.Optional(TimeParameter("Occurred before this time")),
      eventId: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })),
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: PageOf(Event),
  handler: async (db, { params: { portal }, query, pace }) => {
    const [beforeMs, beforeId] = decodeCursor(Cursor, query.cursor) ?? farthest;
    const rows = await db.query<Row>(eventsSql, {
      portal,
      eventId: query.eventId ?? "",
      name: query.name?.toUpperCase() ?? "",
      from: parseTime("from", query.from) ?? startOfTime,
      to: parseTime("to", query.to) ?? endOfTime,
      beforeMs,
      beforeId,
      limit: query.limit + 1,
    });
    const page = pageOf(
      rows,
      query.limit,
      (row) => row,
      (row) => [row.occurredMs, row.eventId],
    );
    return { ...page, items: await mapInSlices(page.items, pace, eventOf) };
  },
});

const eventOf = ({ occurredMs, receivedMs, reason, source, ...row }: Row): Static<typeof Event> => ({
  ...row,
  occurredAt: isoTimeOf(occurredMs),
  receivedAt: isoTimeOf(receivedMs),
  reason: reason === "" ? null : reason,
  body: bodyOf(source),
});

/** `source` holds each byte of the body as one character. A record that no projection could read is no form: its text is shown. */
function bodyOf(source: string): NestedForm {
  try {
    return nestForm(decodeForm(Buffer.from(source, "latin1")).root);
  } catch {
    return source;
  }
}

export const eventRoutes: readonly Route[] = [listEvents];
