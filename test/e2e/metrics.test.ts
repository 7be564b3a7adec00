import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { metrics as declared, type Metric } from "../infra/declared.ts";
import { startEmbedded } from "../stacks/embedded.ts";
import { startKafkaStack } from "../stacks/kafka/stack.ts";
import { ask, askUntil, enrol, post, type Stack } from "../stacks/stack.ts";
import { applicationToken, customerMessage, memberId } from "./bodies.ts";

// What every process of the product measures, before and after real traffic. Slow: it runs the whole product.

type Part = { url: string; on: Metric["on"]; spool: boolean; projections: string[] };
let stack: Stack;
let parts: Part[];
let atStart: Scraped[];
let afterTraffic: Scraped[];

beforeAll(async () => {
  if (inject("stack") === "kafka") {
    const cluster = await startKafkaStack({ brokers: inject("kafka") });
    const { ingest, sessions, analytics, query } = cluster.services;
    stack = cluster;
    parts = [
      { url: ingest.said, on: ["ingest"], spool: true, projections: [] },
      { url: sessions.said, on: ["projections"], spool: false, projections: ["sessions"] },
      { url: analytics.said, on: ["projections"], spool: false, projections: ["analytics"] },
      { url: query.said, on: ["query"], spool: false, projections: [] },
    ];
  } else {
    stack = await startEmbedded();
    const on = ["ingest", "projections", "query"] as const;
    parts = [{ url: stack.url, on, spool: false, projections: ["sessions", "analytics"] }];
  }
  atStart = await Promise.all(parts.map(({ url }) => scrape(url)));
  await enrol(stack, memberId, applicationToken);
  for (let sent = 0; sent < 5; sent++) expect((await post(stack, customerMessage)).status).toBe(200);
  // A field that identity does not need, in a shape that is not known.
  expect((await post(stack, `${customerMessage}&data[DATA][0][chat]=none`)).status).toBe(200);
  expect((await post(stack, customerMessage.replace(applicationToken, "another"))).status).toBe(401);
  expect((await post(stack, "\u0000")).status).toBe(400);
  await askUntil(stack, `/v1/portals/${memberId}/messages`, (page) => Object(page).items?.length > 0);
  expect((await ask(stack, "/v1/portals/nobody/messages")).status).toBe(404);
  // Analytics need not be as quick as sessions, a batch is told of after its rows are in, and lag is asked for beside the scrape.
  for (const deadline = performance.now() + 120_000; performance.now() < deadline; await sleep(100)) {
    afterTraffic = await Promise.all(parts.map(({ url }) => scrape(url)));
    if (parts.every(({ projections }, at) => projections.every((one) => hasTold(afterTraffic[at], one))))
      break;
  }
});
afterAll(() => stack.dispose());

type Sample = { name: string; labels: Record<string, string>; value: number };
type Scraped = { help: Map<string, string>; kind: Map<string, string>; samples: Sample[] };

async function scrape(url: string): Promise<Scraped> {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  const lines = (await response.text()).split("\n");
  const described = (what: string) =>
    new Map(
      lines
        .filter((line) => line.startsWith(`# ${what} portalstream_`))
        .map((line) => line.slice(`# ${what} `.length))
        .map((rest) => [rest.slice(0, rest.indexOf(" ")), rest.slice(rest.indexOf(" ") + 1)] as const),
    );
  const samples = lines.flatMap((line) => {
    const [, name = "", labels = "", value] = /^(portalstream_\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", text = ""]) => [key, text]);
    return name === "" ? [] : [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
  return { help: described("HELP"), kind: described("TYPE"), samples };
}

const sampleOf = (scraped: Scraped | undefined, name: string, labels: Record<string, string> = {}) =>
  scraped?.samples.find(
    (one) => one.name === name && Object.entries(labels).every(([key, text]) => one.labels[key] === text),
  )?.value;

/** Of a batch with an event in it; the first ones may hold nothing but enrolments. */
const hasTold = (scraped: Scraped | undefined, projection: string): boolean =>
  (sampleOf(scraped, "portalstream_freshness_seconds_count", { projection }) ?? 0) > 0 &&
  sampleOf(scraped, "portalstream_consumer_lag_records", { projection, partition: "0" }) !== undefined;

const anyOf = (name: string, labels: Record<string, string> = {}, of = afterTraffic) =>
  of.map((one) => sampleOf(one, name, labels)).find((value) => value !== undefined);

describe("every process", () => {
  test("has the metrics that are declared for it, and no others, with their kind and help", () => {
    parts.forEach(({ on, spool }, at) => {
      const expected = Object.entries(declared).filter(
        ([name, metric]) =>
          metric.on.some((one) => on.includes(one)) && (spool || !name.startsWith("portalstream_spool_")),
      );
      const { help, kind } = afterTraffic[at] ?? { help: new Map(), kind: new Map() };
      expect(Object.fromEntries(kind)).toEqual(
        Object.fromEntries(expected.map(([name, one]) => [name, one.kind])),
      );
      expect(Object.fromEntries(help)).toEqual(
        Object.fromEntries(expected.map(([name, { about }]) => [name, about])),
      );
    });
  });

  test("labels them as declared, each at least once after traffic", () => {
    const samples = afterTraffic.flatMap((one) => one.samples);
    for (const [name, { kind, labels }] of Object.entries(declared)) {
      const own = samples.filter((one) => (kind === "histogram" ? `${name}_count` : name) === one.name);
      if (name.startsWith("portalstream_spool_") && inject("stack") === "embedded") continue;
      expect([name, own.length > 0]).toEqual([name, true]);
      for (const sample of own)
        expect([name, Object.keys(sample.labels).sort()]).toEqual([name, [...labels].sort()]);
    }
  });
});

describe("a counter whose labels are known begins at 0, so that its first increase is seen", () => {
  test.each([
    ["portalstream_webhooks_refused_total", { code: "not_durable" }],
    ["portalstream_webhooks_refused_total", { code: "unknown_portal" }],
    ["portalstream_webhooks_refused_total", { code: "too_large" }],
    ["portalstream_webhooks_accepted_total", { topic: "bitrix24.rejected" }],
    ["portalstream_rejected_total", { projection: "sessions", reason: "not_avro" }],
    ["portalstream_rejected_total", { projection: "analytics", reason: "not_projectable" }],
    ["portalstream_projection_failures_total", { projection: "sessions" }],
    ["portalstream_consumer_restarts_total", { projection: "analytics" }],
    ["portalstream_freshness_seconds_count", { projection: "sessions" }],
    ["portalstream_query_seconds_count", { route: "/v1/portals/:portal/messages", status: "200" }],
  ])("%s %o", (name, labels) => {
    expect(anyOf(name, labels, atStart)).toBe(0);
  });
});

describe("traffic is counted", () => {
  test("webhooks by topic and by code", () => {
    expect(anyOf("portalstream_webhooks_accepted_total", { topic: "bitrix24.messages" })).toBe(6);
    expect(anyOf("portalstream_webhooks_refused_total", { code: "wrong_token" })).toBe(1);
    expect(anyOf("portalstream_webhooks_refused_total", { code: "not_a_form" })).toBe(1);
    expect(anyOf("portalstream_webhooks_refused_total", { code: "missing_event" })).toBe(0);
    expect(anyOf("portalstream_webhook_seconds_count")).toBe(6);
  });
  test("fields that were left out, by event and path", () => {
    const labels = { event: "ONOPENLINEMESSAGEADD", path: "chat" };
    expect(anyOf("portalstream_drift_total", labels)).toBe(1);
  });
  test("appended groups and their records", () => {
    expect(anyOf("portalstream_append_group_records_sum")).toBeGreaterThanOrEqual(6);
    expect(anyOf("portalstream_append_seconds_count")).toBeGreaterThanOrEqual(1);
  });
  test("questions by route and status", () => {
    const route = "/v1/portals/:portal/messages";
    expect(anyOf("portalstream_query_seconds_count", { route, status: "200" })).toBeGreaterThanOrEqual(1);
    expect(anyOf("portalstream_query_seconds_count", { route, status: "404" })).toBeGreaterThanOrEqual(1);
  });
  test("batches and freshness of each projection", () => {
    for (const projection of ["sessions", "analytics"]) {
      expect(anyOf("portalstream_freshness_seconds_count", { projection })).toBeGreaterThanOrEqual(1);
      expect(anyOf("portalstream_insert_seconds_count", { projection })).toBeGreaterThanOrEqual(1);
      expect(anyOf("portalstream_consumer_lag_records", { projection, partition: "0" })).toBeDefined();
    }
  });
});

test("one log line tells of the second's webhooks, with counts and times alone", async () => {
  const told = () =>
    stack
      .output()
      .split("\n")
      .filter((line) => line.includes('"msg":"traffic"'))
      .map((line) => Object(JSON.parse(line)));
  const sum = (of: (line: ReturnType<typeof Object>) => number) =>
    told().reduce((all, one) => all + of(one), 0);
  await vi.waitFor(
    () => {
      expect(sum(({ accepted }) => accepted["bitrix24.messages"] ?? 0)).toBe(6);
      expect(sum(({ refused }) => refused.wrong_token ?? 0)).toBe(1);
      expect(sum(({ refused }) => refused.not_a_form ?? 0)).toBe(1);
      expect(sum(({ records }) => records)).toBeGreaterThanOrEqual(6);
    },
    { timeout: 60_000, interval: 100 },
  );
  const lines = told();
  for (const line of lines.filter(({ accepted }) => Object.keys(accepted).length > 0)) {
    expect(line.p99Ms).toBeGreaterThan(0);
    expect(line.p50Ms).toBeLessThanOrEqual(line.p99Ms);
  }
  expect(new Set(lines.flatMap(Object.keys))).toEqual(
    new Set("level time seconds accepted refused groups records bytes p50Ms p99Ms spool msg".split(" ")),
  );
  await sleep(1_200);
  expect(stack.output().split('"msg":"traffic"').length - 1).toBe(lines.length);
});
