import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openTestApi, portalRow, type TestApi } from "../../test/api.ts";

let api: TestApi;
const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");
const keyRow = (id: string, key: string, portals: string[], version = 1, revokedAt: number | null = null) => [
  id,
  `name of ${id}`,
  sha256(key),
  portals,
  1767600000_000,
  revokedAt,
  version,
];

beforeAll(async () => {
  api = await openTestApi();
  await api.insert("portals", [portalRow("one"), portalRow("two")]);
  await api.insert("api_keys", [
    keyRow("k1", "reads-one", ["one", "not-enrolled"]),
    keyRow("k2", "revoked", ["one"]),
    keyRow("k2", "revoked", ["one"], 2, 1767600100_000),
  ]);
});
afterAll(() => api.close());

describe("who may ask", () => {
  test("no key, a wrong header and an unknown or revoked key are 401 and told how to authenticate", async () => {
    for (const key of [null, "", "unknown", "two words", "revoked", sha256("reads-one")]) {
      const { status, headers, body } = await api.get("/v1/portals", key);
      expect(status).toBe(401);
      expect(headers["www-authenticate"]).toMatch(/^Bearer/);
      expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
      expect(body).toMatchObject({ status: 401, code: "unauthorized" });
    }
  });

  test("the admin key sees every portal, a portal key its own", async () => {
    expect((await api.get("/v1/portals")).body).toMatchObject({
      items: [{ memberId: "one" }, { memberId: "two" }],
      nextCursor: null,
    });
    expect((await api.get("/v1/portals", "reads-one")).body).toMatchObject({
      items: [{ memberId: "one" }],
      nextCursor: null,
    });
    expect((await api.get("/v1/portals/one", "reads-one")).body).toMatchObject({ memberId: "one" });
  });

  test("another's portal and one that does not exist have the very same answer", async () => {
    const answers = await Promise.all(
      ["two", "nowhere", "not-enrolled"].flatMap((portal) =>
        ["", "/events", "/chats", "/messages", "/sessions", "/bots", "/analytics/messages"].map((question) =>
          api.get(`/v1/portals/${portal}${question}`, "reads-one"),
        ),
      ),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ status: 404, code: "portal_not_found" });
    expect((await api.get("/v1/portals/nowhere")).body).toMatchObject({ code: "portal_not_found" });
  });

  test("only the admin key lists keys; neither keys nor hashes are shown, revoked ones stay", async () => {
    expect((await api.get("/v1/api-keys", "reads-one")).body).toMatchObject({
      status: 403,
      code: "forbidden",
    });
    expect((await api.get("/v1/api-keys")).body).toEqual({
      items: [
        {
          id: "k1",
          name: "name of k1",
          portals: ["one", "not-enrolled"],
          createdAt: "2026-01-05T08:00:00.000Z",
          revokedAt: null,
        },
        {
          id: "k2",
          name: "name of k2",
          portals: ["one"],
          createdAt: "2026-01-05T08:00:00.000Z",
          revokedAt: "2026-01-05T08:01:40.000Z",
        },
      ],
      nextCursor: null,
    });
  });

  test("a key revoked between two requests is refused at the second", async () => {
    await api.insert("api_keys", [keyRow("k3", "short-lived", ["one"])]);
    expect((await api.get("/v1/portals", "short-lived")).status).toBe(200);
    await api.insert("api_keys", [keyRow("k3", "short-lived", ["one"], 2, 1767600100_000)]);
    expect((await api.get("/v1/portals", "short-lived")).status).toBe(401);
  });

  test("while the keys could not be read for too long only the admin key is answered, and no other is told whether it is known", async () => {
    const stale = await openTestApi({ db: { ...api.db, close: async () => {} }, maxAgeMs: -1 });
    onTestFinished(() => stale.close());
    await stale.insert("portals", [portalRow("one")]);
    await stale.insert("api_keys", [keyRow("k1", "reads-one", ["one"])]);
    for (const url of ["/v1/portals", "/v1/portals/one"]) {
      for (const key of ["reads-one", "unknown"]) {
        const { headers, body } = await stale.get(url, key);
        expect(body).toMatchObject({ status: 503, code: "unavailable" });
        expect(headers).toMatchObject({ "retry-after": "1" });
      }
      expect((await stale.get(url)).status).toBe(200);
      expect((await stale.get(url, null)).status).toBe(401);
    }
  });
});
