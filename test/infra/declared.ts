export type Metric = { kind: "counter" | "gauge" | "histogram"; labels: readonly string[] };
const counter = (...labels: string[]): Metric => ({ kind: "counter", labels });
const gauge = (...labels: string[]): Metric => ({ kind: "gauge", labels });
const histogram = (...labels: string[]): Metric => ({ kind: "histogram", labels });

/** What the services count. */
export const metrics: Readonly<Record<string, Metric>> = {
  portalstream_webhooks_accepted_total: counter("topic"),
  portalstream_webhooks_refused_total: counter("code"),
  portalstream_webhook_seconds: histogram(),
  portalstream_append_seconds: histogram(),
  portalstream_append_group_records: histogram(),
  portalstream_spool_mode: gauge(),
  portalstream_spool_records: gauge(),
  portalstream_spool_bytes: gauge(),
  portalstream_spool_oldest_seconds: gauge(),
  portalstream_consumer_lag_records: gauge("projection", "topic", "partition"),
  portalstream_batch_records: histogram("projection"),
  portalstream_insert_seconds: histogram("projection"),
  portalstream_freshness_seconds: histogram("projection"),
  portalstream_rejected_total: counter("projection", "reason"),
  portalstream_projection_failures_total: counter("projection"),
  portalstream_portals_by_last_event_age: gauge("age"),
  portalstream_consumer_restarts_total: counter("projection"),
};

/** Of Node.js, by prom-client, and of Prometheus itself. */
export const otherMetrics: Readonly<Record<string, Metric>> = {
  process_cpu_seconds_total: counter(),
  process_resident_memory_bytes: gauge(),
  nodejs_eventloop_lag_p99_seconds: gauge(),
  up: gauge(),
};

/** Labels that Prometheus adds when it scrapes. */
export const scrapeLabels: readonly string[] = ["service", "instance", "job"];
