import { createHash } from "node:crypto";
import { request } from "node:http";
import { type ClickHouse, unlimited } from "@portalstream/clickhouse";
import { createMetrics } from "@portalstream/runtime";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openTestApi, portalRow, type TestApi } from "../../test/api.ts";
import { openTestDb } from "../../test/facts.ts";
import { CallerGone, QueryLimits } from "./query-limits.ts";

const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");
const keyRow = (id: string, key: string) => [id, id, sha256(key), ["one"], 1767600000_000, null, 1];
/** It would take the engine hours. */
const endless = (mark: string) => `SELECT sum(cityHash64(number, '${mark}')) FROM numbers(1000000000000)`;

let db: ClickHouse;
let api: TestApi;
/** What a caller asks is replaced by the statement that would take hours. */
let slow = false;
/** Statements that were run. */
let ran: { limited: number; unlimited: number };
beforeAll(async () => {
  const real = await openTestDb();
  ran = { limited: 0, unlimited: 0 };
  db = {
    ...real,
    query: (sql, params, limits = unlimited) => {
      ran[limits.kind === "none" ? "unlimited" : "limited"] += 1;
      return slow && limits.kind === "bounded"
        ? real.query(endless("http"), {}, limits)
        : real.query(sql, params, limits);
    },
  };
  api = await openTestApi({ db });
  await api.insert("portals", [portalRow("one")]);
  await api.insert("api_keys", [keyRow("k1", "reads-one")]);
});
afterAll(() => api.close());

const atWork = async (mark: string): Promise<number> => {
  const rows = await db.query(
    "SELECT 1 FROM system.processes WHERE query LIKE 'SELECT sum(cityHash64%' AND position(query, {mark:String}) > 0",
    { mark },
  );
  return rows.length;
};
const gauge = async (metrics: ReturnType<typeof createMetrics>, name: string) =>
  Number(new RegExp(`^${name.replace(/[{}"]/g, "\\$&")} (\\d+)$`, "m").exec(await metrics.metrics())?.[1]);

describe("queries of the API", () => {
  const caller = (id: string) => ({ kind: "key", id, portals: [] }) as const;
  const none = new AbortController().signal;
  const limitsOf = (seconds: number, memoryBytes = 2 ** 30) => {
    const metrics = createMetrics();
    return { metrics, limits: new QueryLimits(db, { seconds, memoryBytes }, metrics) };
  };

  test("one key's twenty expensive queries let another key's small one through before any of them ends", async () => {
    const { limits, metrics } = limitsOf(600);
    const left = new AbortController();
    const order: string[] = [];
    const heavy = Array.from({ length: 20 }, () =>
      limits
        .run(caller("heavy"), left.signal, (tables) => tables.query(endless("heavy")))
        .catch((error: unknown) => error)
        .finally(() => order.push("heavy")),
    );
    await vi.waitFor(async () => expect(await atWork("heavy")).toBe(2), { timeout: 60_000 });
    expect(await gauge(metrics, "portalstream_query_statements_waiting")).toBe(18);
    const small = await limits.run(caller("small"), none, (tables) => tables.query("SELECT 1 AS one"));
    order.push("small");
    expect(small).toEqual([{ one: 1 }]);
    // The product's own statements wait for none of them.
    expect(await db.query("SELECT 2 AS two")).toEqual([{ two: 2 }]);
    expect(order).toEqual(["small"]);
    left.abort();
    for (const ended of await Promise.all(heavy)) expect(ended).toBeInstanceOf(CallerGone);
    expect(await atWork("heavy")).toBe(0);
    expect(await gauge(metrics, 'portalstream_queries_ended_total{reason="caller"}')).toBe(20);
  });

  test("the time limit counts all statements and the waiting", async () => {
    const { limits, metrics } = limitsOf(1);
    const run = (work: (tables: ClickHouse) => Promise<unknown>) => limits.run(caller("late"), none, work);
    const late = { status: 503, code: "query_timeout" };
    const queries = Array.from({ length: 3 }, () => run((tables) => tables.query(endless("late"))));
    queries.push(
      run(async (tables) => {
        for (;;) await tables.query("SELECT sleep(0.1)");
      }),
    );
    for (const one of await Promise.allSettled(queries))
      expect(one).toMatchObject({ status: "rejected", reason: late });
    expect(await atWork("late")).toBe(0);
    expect(await gauge(metrics, 'portalstream_queries_ended_total{reason="time"}')).toBe(4);
  });

  test("the memory limit has an error of its own", async () => {
    const { limits } = limitsOf(600, 2 ** 26);
    const hoards = limits.run(caller("hoards"), none, (tables) =>
      tables.query("SELECT length(groupArray(toString(number))) AS n FROM numbers(5000000)"),
    );
    await expect(hoards).rejects.toMatchObject({ status: 422, code: "query_too_large" });
  });

  test("a query that fails ends its other statements", async () => {
    const { limits } = limitsOf(600);
    const failing = limits.run(caller("fails"), none, (tables) =>
      Promise.all([tables.query(endless("fails")), tables.query("SELECT * FROM nowhere")]),
    );
    await expect(failing).rejects.toMatchObject({ code: "60" });
    await vi.waitFor(async () => expect(await atWork("fails")).toBe(0), { timeout: 60_000 });
  });

  test("what is made of the rows takes turns with others, and ends with its caller and at the time limit", async () => {
    const { limits, metrics } = limitsOf(1);
    const left = new AbortController();
    const endlessly = (id: string, gone: AbortSignal) =>
      limits.run(caller(id), gone, async (_tables, pace) => {
        for (;;) if (pace.over) await pace.next();
      });
    const works = Array.from({ length: 30 }, (_, at) => endlessly(`key ${at}`, left.signal));
    const late = endlessly("late", none);
    const small = await limits.run(caller("small"), none, async (_tables, pace) => {
      await pace.next();
      return "small";
    });
    expect(small).toBe("small");
    left.abort();
    for (const one of await Promise.allSettled(works))
      expect(one).toMatchObject({ status: "rejected", reason: expect.any(CallerGone) });
    await expect(late).rejects.toMatchObject({ status: 503, code: "query_timeout" });
    expect(await gauge(metrics, 'portalstream_queries_ended_total{reason="caller"}')).toBe(30);
  });

  test("more than a hundred of one key at once are refused, and those of another are not", async () => {
    const { limits } = limitsOf(600);
    const left = new AbortController();
    const many = Array.from({ length: 100 }, () =>
      limits
        .run(caller("many"), left.signal, (tables) => tables.query(endless("many")))
        .catch((error: unknown) => error),
    );
    const one = (id: string) => limits.run(caller(id), none, async () => "answered");
    const refused = { status: 429, code: "too_many_queries", headers: { "retry-after": "1" } };
    await expect(one("many")).rejects.toMatchObject(refused);
    expect(await one("other")).toBe("answered");
    left.abort();
    await Promise.all(many);
    expect(await one("many")).toBe("answered");
  });
});

describe("over HTTP", () => {
  let url: string;
  beforeAll(async () => {
    url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  });

  test("a large answer is whole, and a caller that leaves while it is sent disturbs nothing", async () => {
    const key = { headers: { authorization: "Bearer reads-one" } };
    const many = `${url}/v1/portals/one/analytics/response-times?interval=hour&from=2025-06-01&to=2025-12-20`;
    const whole = await (await fetch(many, key)).text();
    expect(JSON.parse(whole).items).toHaveLength(202 * 24);
    await new Promise<void>((resolve) => {
      const leaving = request(many, key, (answer) =>
        answer.once("data", () => {
          leaving.destroy();
          resolve();
        }),
      );
      leaving.on("error", () => {}).end();
    });
    expect(await (await fetch(many, key)).text()).toBe(whole);
  });

  test("a key that is not known runs no statement, a known one does, and both within limits", async () => {
    ran = { limited: 0, unlimited: 0 };
    const paths = ["/v1/portals", "/v1/portals/one", "/v1/portals/one/chats", "/v1/portals/none/messages"];
    for (const path of paths)
      for (const key of ["random-1", ""]) expect((await api.get(path, key)).status).toBe(401);
    expect((await api.get("/v1/portals/none/messages", "reads-one")).status).toBe(404);
    expect(ran).toEqual({ limited: 0, unlimited: 0 });
    expect((await api.get("/v1/portals/one/events", "reads-one")).status).toBe(200);
    expect(ran.unlimited).toBe(0);
    expect(ran.limited).toBeGreaterThan(0);
  });

  test("a caller that closes its connection ends its query in the engine", async () => {
    slow = true;
    const asked = request(`${url}/v1/portals/one/events`, { headers: { authorization: "Bearer reads-one" } });
    asked.on("error", () => {}).end();
    await vi.waitFor(async () => expect(await atWork("http")).toBe(1), { timeout: 60_000 });
    slow = false;
    asked.destroy();
    await vi.waitFor(async () => expect(await atWork("http")).toBe(0), { timeout: 60_000 });
    await vi.waitFor(
      async () =>
        expect(await gauge(api.metrics, 'portalstream_queries_ended_total{reason="caller"}')).toBe(1),
      { timeout: 60_000 },
    );
  });
});
