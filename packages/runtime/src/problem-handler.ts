import { Problem } from "./problem.ts";

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
    sendProblem(
      reply,
      new Problem({ status: 404, code: "not_found", title: "There is nothing at this address" }),
    );
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

const clientErrors: Readonly<Record<number, { code: string; title: string }>> = {
  400: { code: "invalid_request", title: "The request is not valid" },
  404: { code: "not_found", title: "There is nothing at this address" },
  405: { code: "method_not_allowed", title: "This method is not allowed here" },
  413: { code: "too_large", title: "The request is too large" },
  415: { code: "unsupported_media_type", title: "This content type is not supported" },
};

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const validation = invalidPart(error);
  if (validation !== null) return invalidRequest(validation);
  const status = field(error, "statusCode");
  if (typeof status === "number" && status >= 400 && status < 500) {
    // The message of a framework error may repeat what was received, so it is left out.
    return new Problem({
      status,
      ...(clientErrors[status] ?? { code: "invalid_request", title: "The request is not valid" }),
    });
  }
  if (field(error, "retriable") === true) {
    return new Problem({
      status: 503,
      code: "unavailable",
      title: "Try again later",
      headers: { "retry-after": "1" },
    });
  }
  return new Problem({ status: 500, code: "internal", title: "Something went wrong inside" });
}

/** 400 for a parameter or a body field; `name` is where it is, e.g. "query parameter limit". */
export function invalidRequest(name: string, expected?: string): Problem {
  const detail = expected === undefined ? `${name} is not valid` : `${name} ${expected}`;
  return new Problem({ status: 400, code: "invalid_request", title: "The request is not valid", detail });
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
