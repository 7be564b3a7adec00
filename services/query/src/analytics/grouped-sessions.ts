import type { ClickHouse } from "@portalstream/clickhouse";
import type { DescribedSession } from "../timeline/describe-sessions.ts";
import { loadAllTimelines } from "../timeline/load-timelines.ts";
import { analyticsTables } from "../timeline/tables.ts";
import type { Question } from "./question.ts";

/** The sessions of a portal that the question is about, by group. */
export async function groupedSessions(
  db: ClickHouse,
  portal: string,
  { groupBy, line, connector }: Question,
): Promise<Map<string, DescribedSession[]>> {
  const groups = new Map<string, DescribedSession[]>();
  for (const { name, sessions } of await loadAllTimelines(db, analyticsTables, portal)) {
    for (const session of sessions) {
      const of = {
        line: session.line || (name.line ?? ""),
        connector: session.connector || (name.connector ?? ""),
        operator: session.firstResponse?.operator ?? "",
        none: "",
      };
      if ((line !== null && line !== of.line) || (connector !== null && connector !== of.connector)) continue;
      const group = groups.get(of[groupBy]);
      if (group === undefined) groups.set(of[groupBy], [session]);
      else group.push(session);
    }
  }
  return groups;
}
