/** The processes that have a metric; `projections`: sessions and analytics. Standalone has them all, but for the spool's where there is none. */
export type Process = "ingest" | "projections" | "query";
export type Metric = {
  kind: "counter" | "gauge" | "histogram";
  labels: readonly string[];
  on: readonly Process[];
  about: string;
};
type Declare = (on: Process | readonly Process[], labels: readonly string[], about: string) => Metric;

const declare =
  (kind: Metric["kind"]): Declare =>
  (on, labels, about) => ({ kind, labels, on: [on].flat(), about });
const [counter, gauge, histogram] = [declare("counter"), declare("gauge"), declare("histogram")];

/**
 * What the services measure. Tests hold to this list the metrics of running processes with their help, the dashboard, the alerts and
 * the table of docs/operations.md.
 */
export const metrics: Readonly<Record<string, Metric>> = {
  portalstream_webhooks_accepted_total: counter(
    "ingest",
    ["topic"],
    "Webhooks answered 200, by the topic that keeps them; bitrix24.rejected: genuine, but not understood",
  ),
  portalstream_webhooks_refused_total: counter(
    "ingest",
    ["code"],
    "Webhooks answered otherwise, by error code; not_durable: lost, since it could not be kept",
  ),
  portalstream_drift_total: counter(
    "ingest",
    ["event", "path"],
    "Fields of accepted webhooks that had an unknown shape and were left out, by event and path",
  ),
  portalstream_webhook_seconds: histogram("ingest", [], "From a webhook's last byte until it is durable"),
  portalstream_append_seconds: histogram(
    ["ingest", "projections"],
    [],
    "Time until a group of records was durable in the log",
  ),
  portalstream_append_group_records: histogram(
    ["ingest", "projections"],
    [],
    "Records that were appended together",
  ),
  portalstream_producers_replaced_total: counter(
    ["ingest", "projections"],
    [],
    "Kafka producers that the brokers no longer understood and that were made anew",
  ),
  portalstream_spool_mode: gauge(
    "ingest",
    [],
    "1 while webhooks are kept in the spool because Kafka is away",
  ),
  portalstream_spool_records: gauge("ingest", [], "Records in the spool"),
  portalstream_spool_bytes: gauge("ingest", [], "Bytes of the records in the spool"),
  portalstream_spool_oldest_seconds: gauge("ingest", [], "Age of the oldest record in the spool"),
  portalstream_consumer_lag_records: gauge(
    "projections",
    ["projection", "topic", "partition"],
    "Records that a projection has not finished",
  ),
  portalstream_batch_records: histogram("projections", ["projection"], "Records of a projected batch"),
  portalstream_insert_seconds: histogram("projections", ["projection"], "Time of an insert into one table"),
  portalstream_freshness_seconds: histogram(
    "projections",
    ["projection"],
    "From a webhook's reception until its rows are in, of a batch's oldest event",
  ),
  portalstream_rejected_total: counter(
    "projections",
    ["projection", "reason"],
    "Records that could not be projected and went to bitrix24.rejected",
  ),
  portalstream_projection_failures_total: counter(
    "projections",
    ["projection"],
    "Failed attempts to project a batch or to save progress; each is tried again",
  ),
  portalstream_consumer_restarts_total: counter(
    "projections",
    ["projection"],
    "Consumers that were started anew because they crashed or made no progress",
  ),
  portalstream_query_seconds: histogram(
    "query",
    ["route", "status"],
    "Time of an answer of the query API, by route and status",
  ),
  portalstream_query_statements_waiting: gauge(
    "query",
    [],
    "Statements of queries that wait for their key's turn",
  ),
  portalstream_queries_ended_total: counter(
    "query",
    ["reason"],
    "Queries that were ended: at the limit of time or memory, by a caller that left, or refused as too many of one key",
  ),
  portalstream_portals_by_last_event_age: gauge(
    "query",
    ["age"],
    "Enrolled portals by the age of their last event: 1h = up to an hour, 1d = longer, up to a day, and so on",
  ),
};

/** The table of docs/operations.md. */
export const metricsTable = [
  "| metric | of | meaning |",
  "|---|---|---|",
  ...Object.entries(metrics).map(([name, { labels, kind, on, about }]) => {
    const labelled = labels.length === 0 ? name : `${name}{${labels.join(",")}}`;
    return `| \`${labelled}\` ${kind} | ${on.join(", ")} | ${about} |`;
  }),
].join("\n");

type Other = Pick<Metric, "kind" | "labels">;

/** Of Node.js, by prom-client, and of Prometheus itself. */
export const otherMetrics: Readonly<Record<string, Other>> = {
  process_cpu_seconds_total: { kind: "counter", labels: [] },
  process_resident_memory_bytes: { kind: "gauge", labels: [] },
  nodejs_eventloop_lag_p99_seconds: { kind: "gauge", labels: [] },
  up: { kind: "gauge", labels: [] },
};

/** Labels that Prometheus adds when it scrapes. */
export const scrapeLabels: readonly string[] = ["service", "instance", "job"];
