import { Problem } from "@portalstream/runtime";

/** Why a webhook is refused: status, and words that never repeat what was received. */
const refusals = {
  not_a_form: [400, "The body is not a form of an event"],
  missing_event: [400, "The form has no event"],
  missing_auth: [400, "The form has no auth"],
  text_expected: [400, "A map stands where a text belongs"],
  too_many_keys: [400, "The form has too many keys"],
  too_deep: [400, "A key of the form is nested too deep"],
  forbidden_key: [400, "A key of the form is not allowed"],
  missing_token: [401, "The event carries no application_token"],
  wrong_token: [401, "The application_token is not this portal's"],
  unknown_portal: [401, "This portal is not enrolled"],
} as const;

export type Refusal = keyof typeof refusals;

export function refuse(code: Refusal): Problem {
  const [status, title] = refusals[code];
  return new Problem({ status, code, title });
}
