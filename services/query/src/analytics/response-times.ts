import { Type } from "@sinclair/typebox";
import { readRoute } from "../http/route.ts";
import { orNull } from "../http/schemas.ts";
import { loadSql } from "../http/sql.ts";
import { AnswerOf, answerOf, type Figures } from "./answer.ts";
import { type FigureRow, figureRows } from "./figures.ts";
import { AnalyticsParams, AnalyticsQuery, analyticsProblems, questionOf } from "./question.ts";

const Seconds = orNull(Type.Number({ description: "Seconds; null where there is none" }));
const bounds = [10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400];

const figures = {
  count: Type.Integer({ description: "Sessions in which an operator answered" }),
  p50: Seconds,
  p90: Seconds,
  p95: Seconds,
  mean: Seconds,
  histogram: Type.Array(Type.Object({ upTo: orNull(Type.Integer()), count: Type.Integer() }), {
    description:
      "How many took up to so many seconds and more than the bar before; the last bar has no bound",
  }),
};

const waitsSql = loadSql(import.meta.url, "response-times.sql");
type Waits = {
  count: number;
  percentiles: [number | null, number | null, number | null];
  mean: number | null;
  bars: readonly number[];
};
type Row = Waits & FigureRow;
const none: Waits = {
  count: 0,
  percentiles: [null, null, null],
  mean: null,
  bars: [...bounds, null].map(() => 0),
};

/** GET analytics/response-times */
export const responseTimeFigures = readRoute({
  path: "/v1/portals/:portal/analytics/response-times",
  access: "portal",
  tag: "analytics",
  summary: "How long customers waited for an operator's first answer",
  description:
    "A session belongs to the interval of the customer's first message, and to the operator who answered first.",
  params: AnalyticsParams,
  querystring: AnalyticsQuery,
  response: AnswerOf(figures),
  problems: analyticsProblems,
  handler: async (db, { params: { portal }, query, pace }) => {
    const question = await questionOf(query, pace);
    const rows = await figureRows<Row>(db, waitsSql, portal, question, pace, { bounds: bounds.map(String) });
    return answerOf(question, rows.groups, pace, (group, bucket) =>
      figuresOf(rows.of(group, bucket) ?? none),
    );
  },
});

function figuresOf({ count, percentiles: [p50, p90, p95], mean, bars }: Waits): Figures<typeof figures> {
  const histogram = bars.map((waits, bar) => ({ upTo: bounds[bar] ?? null, count: waits }));
  return { count, p50, p90, p95, mean, histogram };
}
