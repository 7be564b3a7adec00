import { Problem } from "@portalstream/runtime";
import { takenEncodings } from "../content-encoding.ts";

type Answer = readonly [status: number, title: string, headers?: Readonly<Record<string, string>>];

/** Why a webhook is refused: status, and words that never repeat what was received. */
const refusals = {
  not_a_form: [400, "The body is not a form of an event"],
  missing_event: [400, "The form has no event"],
  missing_auth: [400, "The form has no auth"],
  text_expected: [400, "A map stands where a text belongs"],
  too_many_keys: [400, "The form has too many keys"],
  too_deep: [400, "A key of the form is nested too deep"],
  forbidden_key: [400, "A key of the form is not allowed"],
  invalid_request: [400, "The request is not valid"],
  missing_token: [401, "The event carries no application_token"],
  wrong_token: [401, "The application_token is not this portal's"],
  unknown_portal: [401, "This portal is not enrolled"],
  method_not_allowed: [405, "Webhooks are sent with POST", { allow: "POST" }],
  too_large: [413, "The request is too large"],
  unsupported_media_type: [415, "Webhooks are sent as application/x-www-form-urlencoded"],
  unsupported_content_encoding: [415, "Webhooks are sent without Content-Encoding", takenEncodings],
  // Whatever the reason, the sender's only remedy is to send again.
  not_durable: [503, "The event could not be made durable and was not kept", { "retry-after": "1" }],
} as const satisfies Record<string, Answer>;

export type Refusal = keyof typeof refusals;

export const refusalCodes: readonly string[] = Object.keys(refusals);

export function refuse(code: Refusal): Problem {
  const [status, title, headers = {}]: Answer = refusals[code];
  return new Problem({ status, code, title, headers });
}
