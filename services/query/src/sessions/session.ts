import { type Static, Type } from "@sinclair/typebox";
import { orNull } from "../http/schemas.ts";
import { isoTimeOf, Time } from "../http/time.ts";

export const SessionStates = Type.Union([Type.Literal("open"), Type.Literal("closed")]);
const Openers = Type.Union(
  [
    Type.Literal("dialog"),
    Type.Literal("session"),
    Type.Literal("bot"),
    Type.Literal("message"),
    Type.Literal("finish"),
  ],
  {
    description:
      "What reported it first: a dialog or session start, a bot's event, a customer's message, or only its finish",
  },
);
const Rating = Type.Object({
  value: Type.Union([Type.Literal("like"), Type.Literal("dislike")]),
  ratedAt: Time("When the customer sent it"),
});

export const Session = Type.Object({
  sessionId: orNull(Type.String({ description: "null where no event has it" })),
  chatId: Type.String(),
  connector: orNull(Type.String()),
  line: orNull(Type.String()),
  openedAt: Time("When it opened"),
  closedAt: orNull(Time("When it was finished or another one took its place")),
  state: SessionStates,
  openedBy: Openers,
  parentSessionId: orNull(Type.String()),
  firstInboundAt: orNull(Time("The customer's first message")),
  firstResponseAt: orNull(Time("The first answer of an operator to it")),
  firstResponseSeconds: orNull(Type.Number()),
  firstResponseBy: orNull(
    Type.String({ description: "User id of that operator; null also where it is not known" }),
  ),
  rating: orNull(Rating),
  durationSeconds: orNull(Type.Number({ description: "null while it is open" })),
  messages: Type.Object({ inbound: Type.Integer(), outbound: Type.Integer(), system: Type.Integer() }),
  operators: Type.Array(Type.String(), { description: "User ids of the operators who wrote" }),
});
export type Session = Static<typeof Session>;

/** Columns of the table sessions; times in epoch milliseconds. */
export type SessionRow = {
  opened_at: number;
  chat_id: string;
  session_id: string;
  parent_session_id: string;
  connector: string;
  line: string;
  opened_by: Session["openedBy"];
  closed_at: number | null;
  first_inbound_at: number | null;
  first_response_at: number | null;
  first_response_by: string;
  rating: "none" | "like" | "dislike";
  rated_at: number | null;
  inbound: number;
  outbound: number;
  system: number;
  operators: string[];
};

export function sessionOf(row: SessionRow): Session {
  const { opened_at: openedAt, closed_at: closedAt } = row;
  return {
    sessionId: row.session_id || null,
    chatId: row.chat_id,
    connector: row.connector || null,
    line: row.line || null,
    openedAt: isoTimeOf(openedAt),
    closedAt: closedAt === null ? null : isoTimeOf(closedAt),
    state: closedAt === null ? "open" : "closed",
    openedBy: row.opened_by,
    parentSessionId: row.parent_session_id || null,
    firstInboundAt: timeOrNull(row.first_inbound_at),
    firstResponseAt: timeOrNull(row.first_response_at),
    firstResponseSeconds: secondsBetween(row.first_inbound_at, row.first_response_at),
    firstResponseBy: row.first_response_by || null,
    rating:
      row.rating === "none" || row.rated_at === null
        ? null
        : { value: row.rating, ratedAt: isoTimeOf(row.rated_at) },
    durationSeconds: secondsBetween(openedAt, closedAt),
    messages: { inbound: row.inbound, outbound: row.outbound, system: row.system },
    operators: row.operators,
  };
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTimeOf(ms);
}

function secondsBetween(start: number | null, end: number | null): number | null {
  return start === null || end === null ? null : (end - start) / 1000;
}
