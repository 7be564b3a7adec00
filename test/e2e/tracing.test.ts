import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { startEmbedded } from "../stacks/embedded.ts";
import { freePorts } from "../stacks/free-ports.ts";
import { startKafkaStack } from "../stacks/kafka/stack.ts";
import { ask, askUntil, enrol, post, type Stack } from "../stacks/stack.ts";
import * as bodies from "./bodies.ts";

// Spans of running processes, as a collector gets them. Slow: it runs the whole product.

type Span = {
  name: string;
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  kind: number;
  status: { code?: number };
  attributes: Record<string, unknown>;
};

/** A collector of OTLP over HTTP, as far as senders see of it. */
class Collector {
  readonly #port: number;
  #server: Server | null = null;
  received = "";
  spans: Span[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  async start(): Promise<void> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      if (request.url === "/v1/traces") this.#take(text);
      response.setHeader("content-type", "application/json").end("{}");
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#server = server;
  }

  #take(text: string): void {
    this.received += text;
    for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
      const service = String(attributesOf(resource)["service.name"]);
      for (const { spans } of scopeSpans)
        for (const span of spans) this.spans.push({ ...span, service, attributes: attributesOf(span) });
    }
  }

  find(wanted: (span: Span) => boolean): Promise<Span> {
    return vi.waitFor(
      () => this.spans.find(wanted) ?? expect.fail(`none of ${this.spans.map(({ name }) => name)}`),
      { timeout: 60_000, interval: 100 },
    );
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}

function attributesOf({
  attributes,
}: {
  attributes: { key: string; value: Record<string, unknown> }[];
}): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

const { memberId, applicationToken, customerMessage } = bodies;
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
let collector: Collector;
let stack: Stack;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  collector = new Collector(port);
  // A user and password in the address are the collector's, and are shown nowhere.
  const settings = { PORTALSTREAM_OTLP_URL: `http://someone:collector-password@127.0.0.1:${port}/v1/traces` };
  stack =
    inject("stack") === "kafka"
      ? await startKafkaStack({ brokers: inject("kafka"), settings })
      : await startEmbedded(settings);
});
afterAll(async () => {
  collector.close();
  await stack.dispose();
});

const told = (words: string) => stack.output().split(words).length - 1;
const processes = () => (inject("stack") === "kafka" ? 4 : 1);

test("while the collector is away webhooks and questions are answered, and each process says so once", async () => {
  await enrol(stack, memberId, applicationToken);
  for (let round = 0; round < 6; round++) {
    expect((await post(stack, customerMessage)).status).toBe(200);
    const page = await askUntil(
      stack,
      `/v1/portals/${memberId}/messages`,
      (body) => Object(body).items?.length > 0,
    );
    expect(Object(page).items.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  await vi.waitFor(() => expect(told("traces cannot be sent")).toBe(processes()), { timeout: 60_000 });
  expect(told("traces are sent again")).toBe(0);
});

describe("once the collector is there", () => {
  beforeAll(() => collector.start());

  test("a webhook's span tells portal, topic and outcome, and goes on with the caller's trace", async () => {
    const sentAt = Date.now();
    const sent = await fetch(`${stack.url}/webhooks/bitrix24`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", traceparent },
      body: bodies.operatorMessageLeaves,
    });
    expect(sent.status).toBe(200);
    const traceId = traceparent.split("-")[1];
    const webhook = await collector.find((span) => span.name === "webhook" && span.traceId === traceId);
    expect(webhook).toMatchObject({ parentSpanId: "b7ad6b7169203331", kind: 2 });
    expect(webhook.attributes).toEqual({
      portal: memberId,
      topic: "bitrix24.messages",
      outcome: "accepted",
      "http.response.status_code": 200,
    });
    const append = await collector.find((span) => span.name === "append" && span.traceId === traceId);
    expect(append.parentSpanId).toBe(webhook.spanId);
    expect(BigInt(append.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(webhook.startTimeUnixNano));
    const endedAt = Number(BigInt(webhook.endTimeUnixNano) / 1_000_000n);
    // A second for clocks that are set while they run.
    expect(endedAt).toBeGreaterThan(sentAt - 1_000);
    expect(endedAt).toBeLessThan(Date.now() + 1_000);
  });

  test("a refused webhook's span tells why, and nothing else", async () => {
    expect((await post(stack, customerMessage.replace(applicationToken, "wrong-token"))).status).toBe(401);
    const refused = await collector.find((span) => span.attributes.outcome === "wrong_token");
    expect(refused.attributes).toEqual({ outcome: "wrong_token", "http.response.status_code": 401 });
  });

  test.each(["sessions", "analytics"])("a batch of %s has its inserts as parts", async (projection) => {
    expect((await post(stack, bodies.dialogStarts)).status).toBe(200);
    const insert = await collector.find(
      ({ name, attributes }) => name === "insert" && attributes.projection === projection,
    );
    const batch = await collector.find(({ spanId }) => spanId === insert.parentSpanId);
    expect(batch).toMatchObject({ name: "batch", kind: 5, traceId: insert.traceId });
    expect(Object.keys(batch.attributes).sort()).toEqual(
      ["firstOffset", "lastOffset", "partition", "projection", "records", "topic"].sort(),
    );
    expect(insert.attributes.table).toEqual(expect.any(String));
  });

  test("a question's span tells route and status, not what was asked", async () => {
    await ask(stack, `/v1/portals/${memberId}/messages?q=whisper`);
    const span = await collector.find(({ name }) => name === "GET /v1/portals/:portal/messages");
    expect(span.attributes).toEqual({
      "http.route": "/v1/portals/:portal/messages",
      "http.request.method": "GET",
      "http.response.status_code": 200,
    });
    expect((await ask(stack, "/v1/portals", "no-key")).status).toBe(401);
    await collector.find(({ attributes }) => attributes["http.response.status_code"] === 401);
  });

  test("each process says once that traces are sent again", async () => {
    await vi.waitFor(
      () => {
        expect(told("traces are sent again")).toBeGreaterThanOrEqual(processes());
        // A machine that stands still makes the collector late once more, which is told of, and its end as well.
        expect(told("traces are sent again")).toBe(told("traces cannot be sent"));
      },
      { timeout: 60_000 },
    );
  });

  test("what a stop leaves unsent is sent, and nothing secret was ever sent", async () => {
    const before = collector.spans.length;
    expect((await post(stack, bodies.messageDeleted)).status).toBe(200);
    expect(await stack.stop()).toBe(0);
    expect(collector.spans.length).toBeGreaterThan(before);
    expect(told("traces are sent again")).toBeLessThanOrEqual(told("traces cannot be sent"));
    const services =
      inject("stack") === "kafka" ? ["ingest", "sessions", "analytics", "query"] : ["standalone"];
    expect(new Set(collector.spans.map(({ service }) => service))).toEqual(
      new Set(services.map((name) => `portalstream-${name}`)),
    );
    const { accessToken, refreshToken } = bodies;
    const secret = [
      applicationToken,
      "wrong-token",
      accessToken,
      refreshToken,
      stack.adminKey,
      "collector-pass",
    ];
    const text = ["whisper", "ferry", "Nora", "guest-44"];
    for (const word of [...secret, ...text])
      expect([word, collector.received.includes(word)]).toEqual([word, false]);
    for (const word of secret) expect([word, stack.output().includes(word)]).toEqual([word, false]);
  });
});
