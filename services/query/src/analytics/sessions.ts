import { Type } from "@sinclair/typebox";
import { readRoute } from "../http/route.ts";
import { orNull } from "../http/schemas.ts";
import { loadSql } from "../http/sql.ts";
import { AnswerOf, answerOf, type Figures } from "./answer.ts";
import { type FigureRow, figureRows } from "./figures.ts";
import { AnalyticsParams, AnalyticsQuery, analyticsProblems, questionOf } from "./question.ts";

const Seconds = orNull(Type.Number());

const figures = {
  opened: Type.Integer(),
  closed: Type.Integer(),
  openAtEnd: Type.Integer({ description: "Open at the end of the interval, whenever they were opened" }),
  unanswered: Type.Integer({
    description: "Opened in the interval, with a message of the customer and no answer of an operator so far",
  }),
  duration: Type.Object(
    { p50: Seconds, p90: Seconds, p95: Seconds },
    { description: "Of the sessions closed in the interval, in seconds; null where there is none" },
  ),
};

const countSql = loadSql(import.meta.url, "count-sessions.sql");
type Counts = {
  opened: number;
  closed: number;
  openAtEnd: number;
  unanswered: number;
  percentiles: [number | null, number | null, number | null];
};
type Row = Counts & FigureRow;
const none: Counts = { opened: 0, closed: 0, openAtEnd: 0, unanswered: 0, percentiles: [null, null, null] };

/** GET analytics/sessions */
export const sessionFigures = readRoute({
  path: "/v1/portals/:portal/analytics/sessions",
  access: "portal",
  tag: "analytics",
  summary: "How many sessions were opened and closed, and how long they lasted",
  description: "groupBy operator: by the operator who answered first; empty where no operator did.",
  params: AnalyticsParams,
  querystring: AnalyticsQuery,
  response: AnswerOf(figures),
  problems: analyticsProblems,
  handler: async (db, { params: { portal }, query, pace }) => {
    const question = await questionOf(query, pace);
    const rows = await figureRows<Row>(db, countSql, portal, question, pace);
    // An interval in which nothing opened or closed has no row: what was open stays so.
    const open = new Map<string, number>();
    return answerOf(question, rows.groups, pace, (group, bucket) => {
      const row = rows.of(group, bucket);
      if (row !== undefined) open.set(group, row.openAtEnd);
      return figuresOf(row ?? none, open.get(group) ?? 0);
    });
  },
});

function figuresOf(
  { opened, closed, unanswered, percentiles: [p50, p90, p95] }: Counts,
  openAtEnd: number,
): Figures<typeof figures> {
  return { opened, closed, openAtEnd, unanswered, duration: { p50, p90, p95 } };
}
