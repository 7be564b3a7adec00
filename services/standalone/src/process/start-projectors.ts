import type { EventLog } from "@portalstream/event-log";
import type { Projection } from "@portalstream/projection";
import type { Logger, Stop } from "@portalstream/runtime";
import { retry } from "./retry.ts";

export type ProjectorsWorld = {
  log: EventLog;
  logger: Logger;
  projections: readonly Projection[];
  start: (projection: Projection) => Promise<Stop>;
};

/** Resolves once each projection runs. */
export async function startProjectors({ projections, start }: ProjectorsWorld): Promise<Stop> {
  const running = await Promise.all(projections.map(start));
  return async () => void (await Promise.all(running.map((stop) => stop())));
}

/** Starts each projection once the log is there. One that can never start ends the process: it must not be missing in silence. */
export function startProjectorsLate({ log, logger, projections, start }: ProjectorsWorld): Stop {
  const ending = new AbortController();
  const { signal } = ending;
  const running: Stop[] = [];
  for (const projection of projections) {
    const attempt = async () => {
      // A question costs less than a thread that finds nobody.
      for (const topic of projection.topics) await log.extents(topic);
      return start(projection);
    };
    retry(attempt, { logger, who: projection.name, signal }).then(
      (stop) => (signal.aborted ? stop() : void running.push(stop)),
      (error: unknown) => {
        if (!signal.aborted) throw error;
      },
    );
  }
  return async () => {
    ending.abort();
    await Promise.all(running.map((stop) => stop()));
  };
}
