import { Type } from "@sinclair/typebox";
import { readRoute } from "../http/route.ts";
import { orNull } from "../http/schemas.ts";
import { AnswerOf, answerOf, type Figures } from "./answer.ts";
import { groupedSessions } from "./grouped-sessions.ts";
import { AnalyticsParams, AnalyticsQuery, analyticsProblems, questionOf } from "./question.ts";
import { Chronicle, histogram, mean, percentile } from "./statistics.ts";

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
  handler: async (db, { params: { portal }, query }) => {
    const question = questionOf(query);
    const groups = new Map<string, Chronicle<Response>>();
    for (const [group, sessions] of await groupedSessions(db, portal, question)) {
      const responses = sessions.flatMap(({ firstInboundAt: at, firstResponse }) =>
        at === null || firstResponse === null ? [] : [{ at, seconds: (firstResponse.at - at) / 1000 }],
      );
      const chronicle = new Chronicle(responses, (response) => response.at);
      if (chronicle.within(question.range).length > 0) groups.set(group, chronicle);
    }
    return answerOf(question, groups.keys(), (group, bucket) =>
      figuresOf(groups.get(group)?.within(bucket) ?? []),
    );
  },
});

type Response = { at: number; seconds: number };

function figuresOf(responses: readonly Response[]): Figures<typeof figures> {
  const seconds = responses.map((response) => response.seconds).sort((a, b) => a - b);
  return {
    count: seconds.length,
    p50: percentile(seconds, 0.5),
    p90: percentile(seconds, 0.9),
    p95: percentile(seconds, 0.95),
    mean: mean(seconds),
    histogram: histogram(seconds, bounds),
  };
}
