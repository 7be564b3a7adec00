import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { untilSettled } from "../recovery/settle.ts";
import { ask, enrol, post, type Stack } from "../stacks/stack.ts";
import { startStack } from "../stacks/start.ts";
import { applicationToken, customerMessage, memberId } from "./bodies.ts";

// Who may read and change what. Slow: it runs the whole product.

let stack: Stack;
const other = "11111111111111111111111111111111";
beforeAll(async () => {
  stack = await startStack();
  await enrol(stack, memberId, applicationToken);
  await enrol(stack, other, "token-of-another-portal");
  expect((await post(stack, customerMessage)).status).toBe(200);
});
afterAll(() => stack.dispose());

/** So long an answer to a change waits, at least, until questions know of it. */
const patienceMs = 900;

/** A change that was answered in time holds at once; one for which the answer stopped waiting holds soon. */
async function holdsAfter(change: () => Promise<void>, holds: () => Promise<void>): Promise<void> {
  const before = performance.now();
  await change();
  if (performance.now() - before < patienceMs) await holds();
  else await vi.waitFor(holds, { timeout: 60_000, interval: 100 });
}

async function send(method: string, path: string, body: unknown, key = stack.adminKey) {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    ...(body === null
      ? { headers: { authorization: `Bearer ${key}` } }
      : {
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : Object(JSON.parse(text)) };
}

describe("a portal key", () => {
  let key: string;
  let id: string;
  beforeAll(async () => {
    // The consumers of a new installation take a moment to begin.
    await untilSettled(stack);
  });

  test("reads its own portal at once, and sees no other", async () => {
    await holdsAfter(
      async () => {
        const made = await send("POST", "/v1/api-keys", { name: "reader", portals: [memberId] });
        expect(made.status).toBe(201);
        ({ key, id } = made.body);
      },
      async () => expect((await ask(stack, `/v1/portals/${memberId}/messages`, key)).status).toBe(200),
    );
    const { body } = await ask(stack, "/v1/portals", key);
    expect(Object(body).items.map((one: object) => Reflect.get(one, "memberId"))).toEqual([memberId]);
  });

  test.each(["events", "chats", "messages", "sessions", "bots", "analytics/messages"])(
    "is answered 404 for another portal's %s, as for one that does not exist",
    async (what) => {
      const foreign = await ask(stack, `/v1/portals/${other}/${what}`, key);
      const missing = await ask(stack, `/v1/portals/no-such-portal/${what}`, key);
      expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
    },
  );

  test("may change nothing", async () => {
    const body = { domain: "x.example", applicationToken: "token-of-somebody" };
    expect((await send("PUT", `/v1/portals/${memberId}`, body, key)).status).toBe(403);
    expect((await send("POST", "/v1/api-keys", { name: "x", portals: [other] }, key)).status).toBe(403);
    expect((await ask(stack, "/v1/api-keys", key)).status).toBe(403);
  });

  test("is listed without the key, and is none once revoked", async () => {
    const { body: list } = await ask(stack, "/v1/api-keys");
    expect(Object(list).items).toMatchObject([{ id, name: "reader", portals: [memberId], revokedAt: null }]);
    expect(JSON.stringify(list)).not.toContain(key);
    await holdsAfter(
      async () => expect((await send("DELETE", `/v1/api-keys/${id}`, null)).status).toBe(204),
      async () => expect((await ask(stack, `/v1/portals/${memberId}/messages`, key)).status).toBe(401),
    );
  });
});

describe("without a valid key", () => {
  test.each(["", "nonsense", "psk_nonsense"])("%j reads nothing", async (key) => {
    expect((await ask(stack, `/v1/portals/${memberId}/messages`, key)).status).toBe(401);
  });
  test("nothing is enrolled", async () => {
    const body = { domain: "x.example", applicationToken: "token-of-somebody" };
    expect((await send("PUT", "/v1/portals/abc", body, "nonsense")).status).toBe(401);
  });
});

describe("enrolment", () => {
  test("names the field that is wrong and repeats no value", async () => {
    const wrong = await send("PUT", "/v1/portals/abc", { domain: "x.example", applicationToken: "söcret" });
    expect(wrong).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect(JSON.stringify(wrong.body)).toContain("applicationToken");
    expect(JSON.stringify(wrong.body)).not.toContain("söcret");
  });
  test("outlives a kill -9, as the events do", async () => {
    await stack.kill();
    await stack.restart();
    expect((await post(stack, customerMessage)).status).toBe(200);
  });
  test("takes whole seconds up to a week for the previous token", async () => {
    for (const previousTokenSeconds of [-1, 0.5, 604_801, "soon"]) {
      const wrong = await send("PUT", "/v1/portals/abc", {
        domain: "x.example",
        applicationToken: "token-of-the-portal",
        previousTokenSeconds,
      });
      expect(wrong).toMatchObject({ status: 400, body: { code: "invalid_request" } });
      expect(JSON.stringify(wrong.body)).toContain("previousTokenSeconds");
    }
  });
  test("of a changed token leaves the previous one valid, also after a kill -9, until it is ended", async () => {
    const changed = "a-new-token-of-the-portal";
    const statuses = async () => [
      (await post(stack, customerMessage)).status,
      (await post(stack, customerMessage.replace(applicationToken, changed))).status,
    ];
    await enrol(stack, memberId, changed);
    expect(await statuses()).toEqual([200, 200]);
    await stack.kill();
    await stack.restart();
    expect(await statuses()).toEqual([200, 200]);
    await enrol(stack, memberId, changed, "example.bitrix24.com", { previousTokenSeconds: 0 });
    expect(await statuses()).toEqual([401, 200]);
  });
});
