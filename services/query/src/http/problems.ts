import { Problem } from "@portalstream/runtime";

/** Every code the query API answers with, for the answers and for the documentation. */
export const problems = {
  invalid_request: {
    status: 400,
    title: "The request is not valid",
    meaning: "A parameter is unknown, missing or not of its kind; `detail` names it.",
  },
  invalid_cursor: {
    status: 400,
    title: "The cursor is not valid",
    meaning: "`cursor` is not a `nextCursor` of this same list.",
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
  portal_not_found: {
    status: 404,
    title: "There is no such portal",
    meaning: "The portal is not enrolled, or the key may not read it.",
  },
  chat_not_found: {
    status: 404,
    title: "There is no such chat",
    meaning: "No event of this portal names this chat.",
  },
  internal: {
    status: 500,
    title: "Something went wrong inside",
    meaning: "A fault of portalstream; its log says more.",
  },
  unavailable: {
    status: 503,
    title: "Try again later",
    meaning: "ClickHouse is away; ask again after `Retry-After`.",
  },
} as const satisfies Record<string, { status: number; title: string; meaning: string }>;

export type ProblemCode = keyof typeof problems;

export function problem(code: ProblemCode, detail?: string, headers?: Record<string, string>): Problem {
  const { status, title } = problems[code];
  return new Problem({
    status,
    code,
    title,
    ...(detail === undefined ? {} : { detail }),
    ...(headers === undefined ? {} : { headers }),
  });
}
