import { describe, expect, test } from "vitest";
import { Problem } from "./problem.ts";
import { problemHandler, problemOf } from "./problem-handler.ts";

describe("an error becomes a problem", () => {
  test("that tells nothing of the inside where it is unknown", () => {
    for (const error of [
      new Error("password is hunter2"),
      "hunter2",
      null,
      undefined,
      { retriable: "yes" },
    ]) {
      expect(JSON.parse(JSON.stringify(problemOf(error)))).toEqual({
        type: "urn:portalstream:problem:internal",
        title: "Something went wrong inside",
        status: 500,
        code: "internal",
      });
    }
  });

  test("that says when to come again where a retry may help", () => {
    const { status, code, headers } = problemOf(Object.assign(new Error("away"), { retriable: true }));
    expect({ status, code, headers }).toEqual({
      status: 503,
      code: "unavailable",
      headers: { "retry-after": "1" },
    });
  });

  test.each([
    ["querystring", "/limit", {}, "query parameter limit is not valid"],
    ["querystring", "", { additionalProperty: "nonsense" }, "query parameter nonsense is not valid"],
    ["params", "/memberId", {}, "path parameter memberId is not valid"],
    ["body", "/a/b", {}, "body field a.b is not valid"],
    ["body", "", { missingProperty: "domain" }, "body field domain is not valid"],
    ["body", "", {}, "the body is not valid"],
  ])("of %s that names the place and no value", (validationContext, instancePath, params, detail) => {
    const validation = [{ instancePath, params, message: "must not be secret" }];
    const error = Object.assign(new Error("secret"), { statusCode: 400, validation, validationContext });
    expect(problemOf(error)).toMatchObject({ status: 400, code: "invalid_request", detail });
  });

  test("of the framework's status, without the framework's words", () => {
    const problem = problemOf(
      Object.assign(new Error("Unsupported Media Type: secret"), { statusCode: 415 }),
    );
    expect(problem).toMatchObject({ status: 415, code: "unsupported_media_type", detail: null });
  });

  test("sent as application/problem+json with its headers", () => {
    const sent: unknown[] = [];
    const note = (value: unknown) => {
      sent.push(value);
      return reply;
    };
    const send = (payload: string) => sent.push(JSON.parse(payload).code);
    const reply = { code: note, headers: note, type: note, send };
    const problem = new Problem({ status: 401, code: "unauthorized", title: "t", headers: { a: "b" } });
    problemHandler.onError(problem, { log: { error: () => sent.push("logged") } }, reply);
    expect(sent).toEqual([401, { a: "b" }, "application/problem+json", "unauthorized"]);
  });
});
