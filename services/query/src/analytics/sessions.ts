import { Type } from "@sinclair/typebox";
import { readRoute } from "../http/route.ts";
import { orNull } from "../http/schemas.ts";
import type { DescribedSession } from "../timeline/describe-sessions.ts";
import { AnswerOf, answerOf, type Figures } from "./answer.ts";
import type { Bucket } from "./buckets.ts";
import { groupedSessions } from "./grouped-sessions.ts";
import { AnalyticsParams, AnalyticsQuery, analyticsProblems, questionOf } from "./question.ts";
import { Chronicle, percentile } from "./statistics.ts";

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

/** GET analytics/sessions */
export const sessionFigures = readRoute({
  path: "/v1/portals/:portal/analytics/sessions",
  access: "portal",
  tag: "analytics",
  summary: "How many sessions were opened and closed, and how long they lasted",
  description: "groupBy operator: by the operator who answered first; empty where nobody did.",
  params: AnalyticsParams,
  querystring: AnalyticsQuery,
  response: AnswerOf(figures),
  problems: analyticsProblems,
  handler: async (db, { params: { portal }, query }) => {
    const question = questionOf(query);
    const groups = new Map<string, Sessions>();
    for (const [group, sessions] of await groupedSessions(db, portal, question)) {
      const { start, end } = question.range;
      const concerned = sessions.filter(
        ({ openedAt, closedAt }) => openedAt < end && (closedAt === null || closedAt >= start),
      );
      if (concerned.length > 0) groups.set(group, sessionsOf(concerned));
    }
    return answerOf(question, groups.keys(), (group, bucket) =>
      figuresOf(groups.get(group) ?? sessionsOf([]), bucket),
    );
  },
});

type Closed = { openedAt: number; closedAt: number };
type Sessions = { opened: Chronicle<DescribedSession>; closed: Chronicle<Closed> };

function sessionsOf(sessions: readonly DescribedSession[]): Sessions {
  const closed = sessions.flatMap(({ openedAt, closedAt }) =>
    closedAt === null ? [] : [{ openedAt, closedAt }],
  );
  return {
    opened: new Chronicle(sessions, (session) => session.openedAt),
    closed: new Chronicle(closed, (session) => session.closedAt),
  };
}

function figuresOf({ opened, closed }: Sessions, bucket: Bucket): Figures<typeof figures> {
  const begun = opened.within(bucket);
  const ended = closed.within(bucket);
  const seconds = ended.map(({ openedAt, closedAt }) => (closedAt - openedAt) / 1000).sort((a, b) => a - b);
  return {
    opened: begun.length,
    closed: ended.length,
    openAtEnd: opened.countBefore(bucket.end) - closed.countBefore(bucket.end),
    unanswered: begun.filter((session) => session.firstInboundAt !== null && session.firstResponse === null)
      .length,
    duration: {
      p50: percentile(seconds, 0.5),
      p90: percentile(seconds, 0.9),
      p95: percentile(seconds, 0.95),
    },
  };
}
