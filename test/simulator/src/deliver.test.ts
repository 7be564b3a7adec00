import { createServer } from "node:http";
import { expect, test } from "vitest";
import { deliver } from "./deliver.ts";
import { post } from "./post.ts";
import { simulate } from "./simulate.ts";

const startAt = new Date("2026-03-01T09:00:00Z");
const history = simulate({ seed: 1, portals: 2, startAt, durationMinutes: 30, chatsPerPortal: 20 });
const sent = history.portals.flatMap(({ deliveries }) => deliveries);
const how = { duplicates: 0.05, reorder: 0.2, concurrency: 4, rate: 5_000 };

const withoutTokens = (body: string) =>
  [...new URLSearchParams(body)]
    .filter(([key]) => !/(access_token|refresh_token|expires)\]$|^event_handler_id$/.test(key))
    .join("&");

test("every event is delivered, some twice with another handler and other tokens, all else equal", () => {
  const { deliveries } = deliver(history, how);
  const bodies = new Set(deliveries.map(({ body }) => body));
  expect(bodies.size).toBe(deliveries.length);
  for (const { body } of sent) expect(bodies.has(body)).toBe(true);
  expect(deliveries.length).toBeGreaterThan(sent.length);
  expect(deliveries.length).toBeLessThan(sent.length * 1.1);
  const facts = (of: readonly { body: string }[]) => new Set(of.map(({ body }) => withoutTokens(body)));
  expect(facts(deliveries)).toEqual(facts(sent));
});

test("some come out of order, the same ones each time", () => {
  const times = deliver(history, how).deliveries.map(({ at }) => at);
  expect(times).not.toEqual(times.toSorted((left, right) => left - right));
  expect(deliver(history, how).deliveries.map(({ at }) => at)).toEqual(times);
});

test("without disturbance all come once and in order", () => {
  const { deliveries } = deliver(history, { ...how, duplicates: 0, reorder: 0 });
  expect(deliveries.map(({ at }) => at)).toEqual(
    sent.map(({ at }) => at).toSorted((left, right) => left - right),
  );
});

test("posting keeps to its concurrency, counts answers by status and keeps silence apart", async () => {
  let busy = 0;
  let most = 0;
  const server = createServer((request, answer) => {
    busy += 1;
    most = Math.max(most, busy);
    request.resume();
    request.on("end", () => {
      busy -= 1;
      answer.statusCode = request.url === "/webhooks/bitrix24" && request.method === "POST" ? 200 : 404;
      answer.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
  const plan = deliver(history, { ...how, rate: 100_000 });
  let last = 0;
  const posted = await post(url, plan, ({ sent: count }) => {
    last = count;
  });
  expect(posted.byStatus).toEqual({ 200: plan.deliveries.length });
  expect(last).toBe(plan.deliveries.length);
  expect(most).toBeLessThanOrEqual(how.concurrency);
  await new Promise((resolve) => server.close(resolve));
  const silence = await post(url, { ...plan, deliveries: plan.deliveries.slice(0, 3) }, () => {});
  expect(silence.byStatus).toEqual({ 0: 3 });
});
