import { setTimeout as sleep } from "node:timers/promises";
import { collectDefaultMetrics, Registry } from "prom-client";

export type Metrics = Registry;

/** Each look at the event loop wakes an idle process; what is measured as lag has this time in it, which the dashboard takes off. */
const millisecondsBetweenLooks = 50;

/** A process's Prometheus metrics, with those of Node.js itself. Whoever measures registers with it. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: millisecondsBetweenLooks });
  return registry;
}

/**
 * For figures that are asked for when Prometheus asks: runs `work` at most once in `everyMs`, never twice at once, and holds a scrape
 * up for `patienceMs` at most. When it fails or is late, what was measured last stays: the other metrics are needed most then.
 */
export function atScrape(
  everyMs: number,
  patienceMs: number,
  work: () => Promise<void>,
): () => Promise<void> {
  let startedAt = Number.NEGATIVE_INFINITY;
  let running = false;
  return async () => {
    if (running || performance.now() - startedAt < everyMs) return;
    startedAt = performance.now();
    running = true;
    const done = work()
      .catch(() => {})
      .finally(() => {
        running = false;
      });
    const waited = new AbortController();
    await Promise.race([done, sleep(patienceMs, null, { signal: waited.signal }).catch(() => {})]);
    waited.abort();
  };
}
