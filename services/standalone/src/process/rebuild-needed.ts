import type { ClickHouse } from "@portalstream/clickhouse";
import { needsRebuild, type Projection } from "@portalstream/projection";

const verdictMs = 1_000;

export type RebuildNotice = { rebuild: "needed" } | Record<string, never>;

/** Reports in the log and in `/readyz` while the tables lack what a former version has projected. */
export async function watchRebuild(
  db: Pick<ClickHouse, "query">,
  projections: readonly Projection[],
  logger: { warn(fields: object, text: string): void },
): Promise<() => Promise<RebuildNotice>> {
  const whichNeed = async () => {
    const needs = await Promise.all(projections.map((one) => needsRebuild(db, one)));
    return projections.flatMap(({ name }, at) => (needs[at] ? [name] : []));
  };
  let needing = await whichNeed();
  let askedAt = performance.now();
  if (needing.length > 0)
    logger.warn(
      { projections: needing },
      "answers lack what a former version has projected: run portalstream rebuild --all",
    );
  return async () => {
    if (needing.length > 0 && performance.now() - askedAt > verdictMs) {
      askedAt = performance.now();
      needing = await whichNeed();
    }
    return needing.length > 0 ? { rebuild: "needed" } : {};
  };
}
