import type { LogEvent } from "@portalstream/events";
import type { IngestMetrics } from "../metrics.ts";

type Logger = { warn(fields: object, message: string): void };

/**
 * Side fields that had an unknown shape and were left out: each is counted, and logged the first time that this process meets it. Only
 * events of a known name have any, and their paths are constants, so that labels and memory stay bounded.
 */
export class Drift {
  readonly #metrics: IngestMetrics;
  readonly #logger: Logger;
  readonly #logged = new Set<string>();

  constructor(metrics: IngestMetrics, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  accepted(event: LogEvent): void {
    if (!("drift" in event)) return;
    const { name } = event.envelope;
    for (const path of event.drift) {
      this.#metrics.drifted(name, path);
      const field = `${name} ${path}`;
      if (this.#logged.has(field)) continue;
      this.#logged.add(field);
      this.#logger.warn({ event: name, path }, "a field of an unknown shape was left out");
    }
  }
}
