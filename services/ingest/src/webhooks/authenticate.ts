import type { DecodedForm, FormMap } from "@portalstream/events";
import type { Enrolment } from "../registry/enrolments.ts";
import type { Registry } from "../registry/registry.ts";
import { refuse } from "./refusals.ts";

/** Longest token that is looked at; Bitrix24's are 32 characters. */
const longestToken = 128;

/**
 * Who sent this. The top-level `auth` decides; where it has no member_id (v2 bots), the bot's own names the portal, else the one
 * enrolment that holds this very token. Throws the refusal to answer with.
 */
export function authenticate(
  form: DecodedForm,
  name: string,
  registry: Registry,
  application: string | null,
  now: number,
): Enrolment {
  const auth = form.root.get("auth");
  if (auth === undefined || auth === "") {
    // Application lifecycle events are documented with an empty auth, which PHP's wire leaves out: nothing proves them.
    throw name.startsWith("ONAPP") ? refuse("missing_token") : refuse("missing_auth");
  }
  if (typeof auth === "string") throw refuse("missing_auth");
  for (const value of auth.values()) if (typeof value !== "string") throw refuse("text_expected");
  const token = auth.get("application_token");
  if (typeof token !== "string" || token === "" || token.length > longestToken) throw refuse("missing_token");
  const portal = text(auth, "member_id") || text(botAuth(form.root), "member_id");
  if (portal === "") {
    const enrolment = registry.matchToken(application, token, text(auth, "domain"), now);
    if (enrolment === null) throw refuse("unknown_portal");
    return enrolment;
  }
  const enrolment = registry.match(portal, application, token, now);
  if (enrolment !== null) return enrolment;
  throw registry.has(portal) ? refuse("wrong_token") : refuse("unknown_portal");
}

function text(auth: FormMap | null, key: string): string {
  const value = auth?.get(key);
  return typeof value === "string" ? value : "";
}

const botAuth = (root: FormMap): FormMap | null => child(child(child(root, "data"), "bot"), "auth");

function child(map: FormMap | null, key: string): FormMap | null {
  const value = map?.get(key);
  return value instanceof Map ? value : null;
}
