import { type Api, at, listAt } from "./api.ts";
import { type Comparison, compare, iso, pick, sorted } from "./compare.ts";
import { messageTotals, operatorTotals, responseTimes, sessionTotals } from "./figures.ts";
import type { PortalTruth } from "./truth.ts";

export type Range = { startAt: number; endAt: number };

/** The hours around the history; all its events are within. */
export const rangeQuery = ({ startAt, endAt }: Range) => ({
  from: iso(startAt - 60),
  to: iso(endAt + 60),
  interval: "hour",
  timezone: "UTC",
});

export async function checkFigures(
  api: Api,
  root: string,
  truth: PortalTruth,
  range: Range,
): Promise<Comparison[]> {
  const query = rangeQuery(range);
  const figures = [
    { what: "messages", expected: messageTotals(truth.chats) },
    { what: "response-times", expected: responseTimes(truth) },
    { what: "sessions", expected: sessionTotals(truth) },
  ];
  const answers: Comparison[] = [];
  for (const { what, expected } of figures) {
    const total = at(await api.get(`${root}/analytics/${what}`, query), "total", 0);
    answers.push(compare(`total of ${what}`, expected, pick(total, Object.keys(expected))));
  }
  const perOperator = await api.get(`${root}/analytics/messages`, { ...query, groupBy: "operator" });
  const expected = [...operatorTotals(truth.chats)].map(([group, outbound]) => ({ group, outbound }));
  const seen = listAt(perOperator, "total").map((each) => pick(each, ["group", "outbound"]));
  answers.push(compare("messages by operator", sorted(expected), sorted(seen)));
  return answers;
}
