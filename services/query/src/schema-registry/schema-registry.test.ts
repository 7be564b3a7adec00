import { schemaVersions } from "@portalstream/events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../test/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe("the schema registry", () => {
  test("serves every schema by id and by subject and version, to anyone", async () => {
    for (const { id, subject, version, schema } of schemaVersions) {
      const byId = await api.get(`/schemas/ids/${id}`, null);
      expect(byId.headers["content-type"]).toMatch(/^application\/vnd.schemaregistry.v1\+json/);
      expect(byId.body).toEqual({ schema });
      const bySubject = await api.get(`/subjects/${subject}/versions/${version}`, null);
      expect(bySubject.body).toEqual({ id, subject, version, schema });
      expect((await api.get(`/subjects/${subject}/versions`, null)).body).toContain(version);
    }
    const subjects = new Set(schemaVersions.map(({ subject }) => subject));
    expect(new Set(Array.from(Object((await api.get("/subjects", null)).body)))).toEqual(subjects);
  });

  test("latest is the greatest version", async () => {
    const { body } = await api.get("/subjects/bitrix24.messages-value/versions/latest", null);
    const versions = schemaVersions.filter(({ subject }) => subject === "bitrix24.messages-value");
    expect(Object(body).version).toBe(Math.max(...versions.map(({ version }) => version)));
  });

  test.each([
    ["/schemas/ids/999999", 40403],
    ["/subjects/nothing/versions", 40401],
    ["/subjects/nothing/versions/1", 40401],
    ["/subjects/bitrix24.messages-value/versions/999", 40402],
  ])("%s does not exist, in Confluent's words: %i", async (url, code) => {
    const { status, body } = await api.get(url, null);
    expect(status).toBe(404);
    expect(body).toMatchObject({ error_code: code });
  });
});
