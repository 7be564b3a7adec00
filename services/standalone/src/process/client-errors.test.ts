import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { createLogger, loadConfig } from "@portalstream/runtime";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApp, requestMs } from "./http.ts";

const config = loadConfig({
  PORTALSTREAM_ADMIN_KEY: "an-admin-key-of-the-test",
  PORTALSTREAM_SECRET_KEY: "a-secret-key-of-the-test",
});
const completeWithinMs = 500;

let app: FastifyInstance;
let port: number;
let handled: number;
beforeEach(async () => {
  app = createApp(config, createLogger("silent"), completeWithinMs);
  handled = 0;
  app.post("/", async () => {
    handled += 1;
    return {};
  });
  port = Number(new URL(await app.listen({ port: 0 })).port);
});
afterEach(() => app.close());

const body = "{}";
const head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

/** Sends this at once, then a byte of the rest each 50 ms until the answer has come. */
async function answerTo(start: string, rest: string): Promise<{ answer: string; milliseconds: number }> {
  const from = performance.now();
  const socket = connect(port, "localhost");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(start);
  const bytes = Buffer.from(rest).values();
  const timer = setInterval(() => {
    const next = bytes.next();
    if (!next.done && socket.writable) socket.write(Uint8Array.of(next.value));
  }, 50);
  const answer = await text(socket);
  clearInterval(timer);
  return { answer, milliseconds: performance.now() - from };
}

function expectProblem(answer: string, status: number, code: string): void {
  const [headers = "", content = ""] = answer.split("\r\n\r\n");
  expect(headers).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z][A-Za-z ]+\r\n`));
  expect(headers).toContain("\r\ncontent-type: application/problem+json");
  expect(headers).toContain("\r\nconnection: close");
  expect(headers).toContain(`\r\ncontent-length: ${Buffer.byteLength(content)}\r\n`);
  expect(JSON.parse(content)).toMatchObject({ status, code });
}

describe("a request that is not complete in time is answered 408 at that time", () => {
  const slowly = "x".repeat(10_000);
  test.each([
    ["while its sender still sends headers", `${head}x-slow: `, slowly],
    ["while its sender still sends the body", `${head}content-length: 10000\r\n\r\n`, slowly],
    [
      "while its sender still sends chunks",
      `${head}transfer-encoding: chunked\r\n\r\n`,
      "1\r\nx\r\n".repeat(999),
    ],
    ["after its sender fell silent", `${head}content-length: 10000\r\n\r\n`, ""],
    ["before its first byte", "", ""],
    ["after one that was complete", `${head}content-length: 2\r\n\r\n${body}${head}x-slow: `, slowly],
  ])("%s", async (_name, start, rest) => {
    const { answer, milliseconds } = await answerTo(start, rest);
    const last = answer.slice(answer.lastIndexOf("HTTP/1.1"));
    expectProblem(last, 408, "request_timeout");
    expect(milliseconds).toBeGreaterThan(completeWithinMs - 1);
    // Far below Node's own 60 s, far above what a machine that stands still takes away.
    expect(milliseconds).toBeLessThan(20_000);
    expect(handled).toBe(answer.startsWith("HTTP/1.1 200") ? 1 : 0);
  });

  test("which is 10 s in the product", async () => {
    const { server } = createApp(config, createLogger("silent"));
    expect(requestMs).toBe(10_000);
    expect([server.headersTimeout, server.requestTimeout]).toEqual([requestMs, requestMs]);
  });
});

test("what is not HTTP is answered 400, and headers that are too large 431, as problems", async () => {
  expectProblem((await answerTo("no HTTP at all\r\n\r\n", "")).answer, 400, "invalid_request");
  const large = await answerTo(`${head}x-large: ${"x".repeat(20_000)}\r\n\r\n`, "");
  expectProblem(large.answer, 431, "headers_too_large");
});
