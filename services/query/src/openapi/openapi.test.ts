import { Type } from "@sinclair/typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../test/api.ts";
import { problems } from "../http/problems.ts";

let api: TestApi;
let document: unknown;
beforeAll(async () => {
  const other = { tag: "portals", summary: "Enrol", response: { 200: Type.Object({}) } };
  api = await openTestApi({
    otherRoutes: [
      {
        method: "put",
        path: "/v1/portals/:memberId",
        params: Type.Object({ memberId: Type.String() }),
        body: Type.Object({ domain: Type.String({ pattern: "^[a-z.]+$" }) }),
        ...other,
      },
    ],
  });
  document = (await api.get("/openapi.json", null)).body;
});
afterAll(() => api.close());

const paths = (): [string, object][] => Object.entries(Object(document).paths);
const operations = () =>
  paths().flatMap(([path, methods]) => Object.entries(methods).map((one) => ({ path, ...one[1] })));

describe("the API's description", () => {
  test("is OpenAPI 3.1 with bearer keys, needs no key itself", () => {
    expect(document).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\./),
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    });
  });

  test("knows every path once, with the parameters that its template names", () => {
    const shapes = paths().map(([path]) => path.replaceAll(/\{\w+\}/g, "{}"));
    expect(new Set(shapes).size).toBe(shapes.length);
    for (const { path, parameters } of operations()) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((one: { in: string }) => one.in === "path");
      expect(declared.map((one: { name: string }) => one.name)).toEqual(named);
    }
    expect(Object(document).paths["/v1/portals/{portal}"]).toHaveProperty("put");
  });

  test("names every error code and calls every operation by a name of its own", () => {
    for (const code of Object.keys(problems)) expect(JSON.stringify(document), code).toContain(`\`${code}\``);
    const names = operations().map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
  });

  test("names a question's own error codes among its answers", () => {
    const figures = operations().filter(({ path }) => path.includes("/analytics/"));
    expect(figures.length).toBe(3);
    for (const { responses } of figures)
      for (const code of ["invalid_timezone", "too_many_buckets"])
        expect(responses["400"].description).toContain(`\`${code}\``);
  });

  test("names what may be wrong with a body where a route takes one", () => {
    const enrolment = operations().find(({ requestBody }) => requestBody !== undefined);
    for (const code of ["unsupported_media_type", "unsupported_content_encoding"])
      expect(enrolment.responses["415"].description).toContain(`\`${code}\``);
  });

  test("is readable as a page with examples for the address it was asked at", async () => {
    const { status, headers, text } = await api.get("/docs", null);
    expect(status).toBe(200);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    for (const [path] of paths()) expect(text).toContain(path);
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(text).toContain(
      "curl -H &quot;Authorization: Bearer $KEY&quot; &quot;http://localhost:80/v1/portals/$PORTAL/events&quot;",
    );
    expect(text).not.toMatch(/curl[^<]*[{]portal[}]/);
  });

  test("the status page and its files are served without a key and allow no other origin", async () => {
    for (const url of ["/", "/page.js", "/page.css"]) {
      const { status, headers } = await api.get(url, null);
      expect(status).toBe(200);
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
    }
  });
});
