import { Problem } from "./problem.ts";
import { type CommonProblemCode, commonProblem, commonProblems } from "./problems.ts";

// The parts of Fastify that are used, so that this package does not depend on it.
type Reply = {
  code(status: number): Reply;
  headers(values: Record<string, string>): Reply;
  type(contentType: string): Reply;
  send(payload: string): unknown;
};
type Request = { log: { error(fields: object, message: string): void } };

/** `app.setErrorHandler(problemHandler.onError); app.setNotFoundHandler(problemHandler.onNotFound);` */
export const problemHandler = {
  onError(error: unknown, request: Request, reply: Reply): void {
    const problem = problemOf(error);
    if (problem.status >= 500) request.log.error({ err: error }, "request failed");
    sendProblem(reply, problem);
  },
  onNotFound(_request: unknown, reply: Reply): void {
    sendProblem(reply, commonProblem("not_found"));
  },
};

/** The answer that a problem is. */
export function sendProblem(reply: Reply, problem: Problem): void {
  reply
    .code(problem.status)
    .headers({ ...problem.headers })
    .type("application/problem+json")
    .send(JSON.stringify(problem));
}

const clientErrors: ReadonlyMap<number, CommonProblemCode> = new Map([
  [404, "not_found"],
  [405, "method_not_allowed"],
  [408, "request_timeout"],
  [413, "too_large"],
  [415, "unsupported_media_type"],
]);

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const validation = invalidPart(error);
  if (validation !== null) return invalidRequest(validation);
  const status = field(error, "statusCode");
  if (typeof status === "number" && status >= 400 && status < 500) {
    // The message of a framework error may repeat what was received, so it is left out.
    const code = clientErrors.get(status) ?? "invalid_request";
    return new Problem({ status, code, title: commonProblems[code].title });
  }
  if (field(error, "retriable") === true)
    return commonProblem("unavailable", undefined, { "retry-after": "1" });
  return commonProblem("internal");
}

/** 400 for a parameter or a body field; `name` is where it is, e.g. "query parameter limit". */
export function invalidRequest(name: string, expected?: string): Problem {
  return commonProblem("invalid_request", `${name} ${expected ?? "is not valid"}`);
}

function invalidPart(error: unknown): string | null {
  const failures = field(error, "validation");
  if (!Array.isArray(failures)) return null;
  const first: unknown = failures[0];
  const params = field(first, "params");
  const inside = field(first, "instancePath");
  const last = field(params, "missingProperty") ?? field(params, "additionalProperty");
  const names = `${typeof inside === "string" ? inside : ""}/${typeof last === "string" ? last : ""}`
    .split("/")
    .filter((name) => name !== "");
  const context = field(error, "validationContext");
  const where =
    context === "querystring" ? "query parameter" : context === "params" ? "path parameter" : "body field";
  return names.length === 0 ? "the body" : `${where} ${names.join(".").slice(0, 100)}`;
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
