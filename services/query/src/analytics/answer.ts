import type { Pace } from "@portalstream/clickhouse";
import { type Static, type TObject, type TProperties, Type } from "@sinclair/typebox";
import { orNull } from "../http/schemas.ts";
import { mapInSlices, sortInSlices } from "../http/slices.ts";
import { isoTimeOf, Time } from "../http/time.ts";
import { type Bucket, tooManyBuckets } from "./buckets.ts";
import type { Question } from "./question.ts";

/** Intervals times groups. */
const mostItems = 100_000;

const Group = orNull(Type.String({ description: "null where groupBy is none; empty where it is not known" }));

/** An answer with these figures for each interval and group, and for each group over the whole range. */
export function AnswerOf<P extends TProperties>(figures: P) {
  return Type.Object({
    from: Time("Start of the range"),
    to: Time("End of the range, not in it"),
    interval: Type.String(),
    timezone: Type.String(),
    groupBy: Type.String(),
    items: Type.Array(
      Type.Object({ start: Time("In it"), end: Time("Not in it"), group: Group, ...figures }),
    ),
    total: Type.Array(Type.Object({ group: Group, ...figures })),
  });
}

export type Figures<P extends TProperties> = Static<TObject<P>>;

/** Every interval of the range once for every group that has figures in it; without groups, every interval once. */
export async function answerOf<F extends object>(
  question: Question,
  groups: readonly string[],
  pace: Pace,
  figuresOf: (group: string, bucket: Bucket) => F,
) {
  const { range, buckets, interval, timezone, groupBy } = question;
  if (groupBy !== "none" && groups.length * buckets.length > mostItems) throw tooManyBuckets();
  const shown = groupBy === "none" ? [""] : await sortInSlices(groups, pace);
  const label = (group: string) => (groupBy === "none" ? null : group);
  const items = [];
  for (const bucket of buckets) {
    const [start, end] = [isoTimeOf(bucket.start), isoTimeOf(bucket.end)];
    for (const group of shown) {
      if (pace.over) await pace.next();
      items.push({ start, end, group: label(group), ...figuresOf(group, bucket) });
    }
  }
  const total = await mapInSlices(shown, pace, (group) => ({
    group: label(group),
    ...figuresOf(group, range),
  }));
  return {
    from: isoTimeOf(range.start),
    to: isoTimeOf(range.end),
    interval,
    timezone,
    groupBy,
    items,
    total,
  };
}
