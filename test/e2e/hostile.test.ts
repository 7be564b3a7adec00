import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, askUntil, enrol, post, type Stack } from "../stacks/stack.ts";
import { startStack } from "../stacks/start.ts";
import { accessToken, applicationToken, bodyOf, customerMessage, memberId, refreshToken } from "./bodies.ts";

// What strangers and broken senders send. Slow: it runs the whole product.

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await enrol(stack, memberId, applicationToken);
});
afterAll(() => stack.dispose());

const form = "application/x-www-form-urlencoded";
const genuine = customerMessage;
const keys = (count: number) => Array.from({ length: count }, (_, at) => `data[k${at}]=1`).join("&");
const nest = (depth: number) => `data${"[a]".repeat(depth)}=1`;

async function codeOf(response: Response): Promise<unknown> {
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  return Object(await response.json()).code;
}

const sendEncoded = (encoding: string) =>
  fetch(`${stack.url}/webhooks/bitrix24`, {
    method: "POST",
    headers: { "content-type": form, "content-encoding": encoding },
    body: genuine,
  });

/** Of several times the least: what is slow is slow each time, but a machine that stands still stands still once. */
async function quickestOf(attempt: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let left = 10; left > 0 && least >= 1000; left -= 1) {
    const before = performance.now();
    await attempt();
    least = Math.min(least, performance.now() - before);
  }
  return least;
}

describe("a body that is refused is answered within a second, by its own code, and nothing is kept", () => {
  test.each([
    ["no form at all", "\u0000\u0001\u0002", 400, "not_a_form"],
    ["an empty body", "", 400, "missing_event"],
    ["no event", genuine.replace(/^event=[^&]*&/, ""), 400, "missing_event"],
    ["no auth", "event=ONOPENLINEMESSAGEADD&ts=1790000000&data[a]=1", 400, "missing_auth"],
    ["a scalar for auth", "event=ONOPENLINEMESSAGEADD&ts=1790000000&auth=1", 400, "missing_auth"],
    ["prototype pollution", `${genuine}&data[__proto__][polluted]=1`, 400, "forbidden_key"],
    ["a constructor key", `${genuine}&data[constructor][prototype][x]=1`, 400, "forbidden_key"],
    ["deep nesting", `${genuine}&${nest(17)}`, 400, "too_deep"],
    ["very deep nesting", `${genuine}&${nest(50_000)}`, 400, "too_deep"],
    ["100,000 keys", `${genuine}&${keys(60_000)}`, 400, "too_many_keys"],
    ["a map for the event's name", `${genuine}&event[x]=1`, 400, "text_expected"],
    ["a map for ts", `${genuine}&ts[x]=1`, 400, "text_expected"],
    ["a map for the token", `${genuine}&auth[application_token][x]=1`, 400, "text_expected"],
    ["a map for the domain", `${genuine}&auth[domain][x]=1`, 400, "text_expected"],
    ["no token", genuine.replace(/&auth%5Bapplication_token%5D=[^&]*/, ""), 401, "missing_token"],
    [
      "another token",
      genuine.replace(applicationToken, applicationToken.replace("7", "8")),
      401,
      "wrong_token",
    ],
    ["a token of another length", genuine.replace(applicationToken, "short"), 401, "wrong_token"],
    ["an unknown portal", genuine.replaceAll(memberId, "f".repeat(32)), 401, "unknown_portal"],
    ["control characters in member_id", genuine.replaceAll(memberId, "%00%0A"), 401, "unknown_portal"],
    [
      "an application lifecycle event without auth",
      "event=ONAPPTEST&data[QUERY][any]=1",
      401,
      "missing_token",
    ],
  ])("%s", async (_name, body, status, code) => {
    const quickest = await quickestOf(async () => {
      const response = await post(stack, body);
      expect(response.status).toBe(status);
      expect(await codeOf(response)).toBe(code);
    });
    expect(quickest).toBeLessThan(1000);
  });

  test("10 MB", async () => {
    const response = await post(stack, `${genuine}&data[x]=${"a".repeat(10_000_000)}`);
    expect([response.status, await codeOf(response)]).toEqual([413, "too_large"]);
  });

  test("another content type", async () => {
    const response = await fetch(`${stack.url}/webhooks/bitrix24`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect([response.status, await codeOf(response)]).toEqual([415, "unsupported_media_type"]);
  });

  test.each(["gzip", "deflate", "br", "GZIP", "identity, gzip", "no-such-encoding"])(
    "the content encoding %s",
    async (encoding) => {
      const response = await sendEncoded(encoding);
      expect([response.status, await codeOf(response)]).toEqual([415, "unsupported_content_encoding"]);
      expect(response.headers.get("accept-encoding")).toBe("identity");
    },
  );

  test("a content encoding of an enrolment", async () => {
    const response = await fetch(`${stack.url}/v1/portals/${memberId}`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${stack.adminKey}`,
        "content-type": "application/json",
        "content-encoding": "gzip",
      },
      body: JSON.stringify({ domain: "x.example", applicationToken }),
    });
    expect([response.status, await codeOf(response)]).toEqual([415, "unsupported_content_encoding"]);
  });

  test.each(["GET", "PUT", "DELETE", "PATCH"])("the method %s", async (method) => {
    for (const path of ["", "/", "/default", "/default/"]) {
      const response = await fetch(`${stack.url}/webhooks/bitrix24${path}`, { method });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    }
  });

  test("another application's path", async () => {
    for (const path of ["/webhooks/bitrix24/another", "/webhooks/bitrix24/another/"]) {
      const response = await post(stack, genuine, path);
      expect([response.status, await codeOf(response)]).toEqual([401, "wrong_token"]);
    }
  });

  test("no answer repeats what was sent", async () => {
    const response = await post(stack, genuine.replace(applicationToken, "secret-of-somebody-else"));
    expect(await response.text()).not.toContain("secret-of-somebody-else");
  });
});

describe("a genuine body that is broken is kept as rejected", () => {
  test.each([
    ["broken UTF-8", genuine.replace("Is+there", "Is%FFthere"), "invalid_utf8"],
    ["a broken percent code", genuine.replace("Is+there", "Is%ZZthere"), "invalid_percent_encoding"],
    ["a map for an id", `${genuine}&data[DATA][0][message][id][x]=1`, "expected_text"],
    [
      "a message without its id",
      bodyOf("ONIMCONNECTORMESSAGEADD", { CONNECTOR: "c", MESSAGES: [{ im: { chat_id: 1 } }] }),
      "missing_field",
    ],
    ["a scalar for a map", bodyOf("ONOPENLINEMESSAGEADD", "107"), "expected_map"],
    ["a time that is none", bodyOf("ONOPENLINEMESSAGEADD", { DATA: [] }, "soon"), "invalid_time"],
    ["a time beyond 2^53", bodyOf("ONOPENLINEMESSAGEADD", { DATA: [] }, "90071992547409931"), "invalid_time"],
  ])("%s", async (_name, body, reason) => {
    const response = await post(stack, body);
    expect(response.status).toBe(200);
    const { eventId } = Object(await response.json());
    const page = await askUntil(
      stack,
      `/v1/portals/${memberId}/events?eventId=${eventId}`,
      (one) => Object(one).items?.length > 0,
    );
    expect(Object(page).items[0]).toMatchObject({ topic: "bitrix24.rejected", reason });
  });
});

describe("a genuine body is accepted", () => {
  test.each([
    "/webhooks/bitrix24",
    "/webhooks/bitrix24/",
    "/webhooks/bitrix24//",
    "/webhooks/bitrix24/default",
    "/webhooks/bitrix24/default/",
  ])("at %s", async (path) => {
    expect((await post(stack, genuine, path)).status).toBe(200);
  });

  test.each(["identity", "Identity", "identity, identity", ""])(
    "with the content encoding '%s', which is none",
    async (encoding) => {
      expect((await sendEncoded(encoding)).status).toBe(200);
    },
  );
});

describe("odd but genuine values are kept as they are", () => {
  test("NUL, control characters and numbers beyond 2^53", async () => {
    const data = {
      DATA: [
        {
          connector: { connector_id: "c", line_id: "9", chat_id: "90071992547409931" },
          message: { id: "18446744073709551616", text: "a\u0000b\u0007\tc\n" },
        },
      ],
    };
    const { eventId } = Object(await (await post(stack, bodyOf("ONOPENLINEMESSAGEADD", data))).json());
    const page = await askUntil(
      stack,
      `/v1/portals/${memberId}/messages?connector=c`,
      (one) => Object(one).items?.length > 0,
    );
    expect(Object(page).items[0]).toMatchObject({
      text: "a\u0000b\u0007\tc\n",
      externalMessageIds: ["18446744073709551616"],
      eventIds: [eventId],
    });
  });
});

describe("the process lives on", () => {
  test("slow senders do not keep others from being answered", async () => {
    const { hostname, port } = new URL(stack.url);
    const slow = Array.from({ length: 50 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => {});
      socket.write(
        `POST /webhooks/bitrix24 HTTP/1.1\r\nhost: x\r\ncontent-type: ${form}\r\ncontent-length: 1000\r\n\r\nevent=`,
      );
      return socket;
    });
    await Promise.all(slow.map((socket) => once(socket, "connect")));
    const quickest = await quickestOf(async () => expect((await post(stack, genuine)).status).toBe(200));
    for (const socket of slow) socket.destroy();
    expect(quickest).toBeLessThan(1000);
  });

  test("no token that was sent is in its output or its answers", async () => {
    expect((await ask(stack, "/v1/portals")).status).toBe(200);
    for (const secret of [
      applicationToken,
      accessToken,
      refreshToken,
      "secret-of-somebody-else",
      stack.adminKey,
    ])
      expect(stack.output()).not.toContain(secret);
  });
});
