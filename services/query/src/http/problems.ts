import { commonProblems, type DeclaredProblem, problemsOf } from "@portalstream/runtime";

/** Every code the query API answers with, for the answers and for the documentation. */
export const problems = {
  ...commonProblems,
  invalid_cursor: {
    status: 400,
    title: "The cursor is not valid",
    meaning: "`cursor` is not a `nextCursor` of this same list.",
  },
  invalid_timezone: {
    status: 400,
    title: "The time zone is not known",
    meaning: "`timezone` is not an IANA name, such as Europe/Berlin.",
  },
  too_many_buckets: {
    status: 400,
    title: "The range holds too many intervals",
    meaning: "`from`, `to` and `interval` make more intervals than an answer may hold.",
  },
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
  query_too_large: {
    status: 422,
    title: "The query needs too much memory",
    meaning:
      "The query took more memory than one may: ask for a shorter range, fewer words or a smaller page.",
  },
  too_many_queries: {
    status: 429,
    title: "Too many queries at once",
    meaning: "This key has too many queries under way; ask again after `Retry-After`.",
  },
  query_timeout: {
    status: 503,
    title: "The query took too long",
    meaning:
      "The query was stopped at its time limit: ask for a shorter range, or again when there is less to do.",
  },
} as const satisfies Record<string, DeclaredProblem>;

export type ProblemCode = keyof typeof problems;

export const problem = problemsOf(problems);
