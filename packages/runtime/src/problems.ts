import { Problem } from "./problem.ts";

export type DeclaredProblem = { status: number; title: string; meaning: string };

/** What any part of the HTTP API may answer. Parts with problems of their own add them: `{ ...commonProblems, … }`. */
export const commonProblems = {
  invalid_request: {
    status: 400,
    title: "The request is not valid",
    meaning: "A parameter is unknown, missing or not of its kind; `detail` names it.",
  },
  unauthorized: {
    status: 401,
    title: "An API key is needed",
    meaning: "There is no `Authorization: Bearer KEY`, or the key is unknown or revoked.",
  },
  forbidden: {
    status: 403,
    title: "Only the admin key may do this",
    meaning: "A portal key asks for what only the admin key may do.",
  },
  not_found: { status: 404, title: "There is nothing at this address", meaning: "There is no such route." },
  method_not_allowed: {
    status: 405,
    title: "This method is not allowed here",
    meaning: "The route takes another method.",
  },
  request_timeout: {
    status: 408,
    title: "The request was not complete in time",
    meaning: "The request was not complete within 10 seconds.",
  },
  too_large: { status: 413, title: "The request is too large", meaning: "The body is too large." },
  unsupported_media_type: {
    status: 415,
    title: "This content type is not supported",
    meaning: "The body is of another content type than the route takes.",
  },
  unsupported_content_encoding: {
    status: 415,
    title: "The content encoding is not supported",
    meaning: "The body is compressed; send it as it is, without `Content-Encoding`.",
  },
  headers_too_large: {
    status: 431,
    title: "The request's headers are too large",
    meaning: "The request's headers are too large.",
  },
  internal: {
    status: 500,
    title: "Something went wrong inside",
    meaning: "A fault of portalstream; its log says more.",
  },
  unavailable: {
    status: 503,
    title: "Try again later",
    meaning: "The tables or the log cannot be reached now; ask again after `Retry-After`.",
  },
} as const satisfies Record<string, DeclaredProblem>;

export type CommonProblemCode = keyof typeof commonProblems;

/** Makes the problems of a list by their codes. */
export function problemsOf<Code extends string>(declared: Readonly<Record<Code, DeclaredProblem>>) {
  return (code: Code, detail?: string, headers?: Readonly<Record<string, string>>): Problem => {
    const { status, title } = declared[code];
    return new Problem({
      status,
      code,
      title,
      ...(detail === undefined ? {} : { detail }),
      ...(headers === undefined ? {} : { headers }),
    });
  };
}

export const commonProblem = problemsOf(commonProblems);
