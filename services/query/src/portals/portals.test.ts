import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allPages, openTestApi, portalRow, type TestApi } from "../../test/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.insert("portals", [
    portalRow("one", { application: "b", domain: "newest.example.com", version: 9 }),
    portalRow("two"),
    portalRow("three"),
  ]);
  await api.insert("portals", [
    portalRow("one", { application: "a", domain: "old.example.com", version: 3 }),
    portalRow("one", { application: "b", domain: "oldest.example.com", version: 2 }),
  ]);
});
afterAll(() => api.close());

describe("portals", () => {
  test("are one item however many applications and changes they have; the last change counts", async () => {
    expect((await api.get("/v1/portals/one")).body).toEqual({
      memberId: "one",
      domain: "newest.example.com",
      applications: ["a", "b"],
      status: "active",
      enrolledAt: "2026-01-05T08:00:00.000Z",
      lastEventAt: null,
    });
  });

  test("pages of any size hold them all, by memberId", async () => {
    const names = (items: unknown[]) => items.map((item) => Object(item).memberId);
    expect(names(await allPages(api, "/v1/portals?limit=1"))).toEqual(["one", "three", "two"]);
    expect(names(await allPages(api, "/v1/portals?limit=2"))).toEqual(["one", "three", "two"]);
  });
});
