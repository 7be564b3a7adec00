import { collectDefaultMetrics, Registry } from "prom-client";

export type Metrics = Registry;

/** A process's Prometheus metrics, with those of Node.js itself. Whoever measures registers with it. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
