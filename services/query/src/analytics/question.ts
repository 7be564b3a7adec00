import type { Pace } from "@portalstream/clickhouse";
import { invalidRequest } from "@portalstream/runtime";
import { type Static, Type } from "@sinclair/typebox";
import type { ProblemCode } from "../http/problems.ts";
import { PortalParameter } from "../http/route.ts";
import { parseTime, TimeParameter } from "../http/time.ts";
import { type Bucket, bucketsOf, type Interval } from "./buckets.ts";
import { timeZone } from "./time-zone.ts";

const Intervals = Type.Union(
  [Type.Literal("hour"), Type.Literal("day"), Type.Literal("week"), Type.Literal("month")],
  { default: "day", description: "week begins on Monday" },
);
const Groups = Type.Union(
  [Type.Literal("line"), Type.Literal("connector"), Type.Literal("operator"), Type.Literal("none")],
  { default: "none" },
);
export type GroupBy = Static<typeof Groups>;

export const AnalyticsParams = Type.Object(PortalParameter);
export const AnalyticsQuery = Type.Object(
  {
    from: Type.Optional(TimeParameter("Start of the range; default: 7 days before its end")),
    to: Type.Optional(TimeParameter("End of the range, not in it; default: now")),
    interval: Intervals,
    timezone: Type.String({ default: "UTC", maxLength: 100, description: "IANA name; where days begin" }),
    line: Type.Optional(Type.String()),
    connector: Type.Optional(Type.String()),
    groupBy: Groups,
  },
  { additionalProperties: false },
);

export const analyticsProblems: readonly ProblemCode[] = ["invalid_timezone", "too_many_buckets"];

/** What is asked of the figures: the same for all of them. */
export type Question = {
  range: Bucket;
  buckets: readonly Bucket[];
  interval: Interval;
  timezone: string;
  line: string | null;
  connector: string | null;
  groupBy: GroupBy;
};

const defaultRangeMs = 7 * 24 * 3_600_000;

export async function questionOf(query: Static<typeof AnalyticsQuery>, pace: Pace): Promise<Question> {
  const end = parseTime("to", query.to) ?? Date.now();
  const start = parseTime("from", query.from) ?? end - defaultRangeMs;
  if (start >= end) throw invalidRequest("query parameter from", "must be before to");
  const range = { start, end };
  return {
    range,
    buckets: await bucketsOf(range, query.interval, timeZone(query.timezone), pace),
    interval: query.interval,
    timezone: query.timezone,
    line: query.line ?? null,
    connector: query.connector ?? null,
    groupBy: query.groupBy,
  };
}
